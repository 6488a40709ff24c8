// Standing rules: each watches the transcript of a case and may end it.

import type { MonitorName } from "../cases/case.js";
import type { Contract } from "../contract.js";
import type { Entry } from "../transcript.js";

export interface Broken {
  readonly requirements: readonly string[];
  readonly problem: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

export interface Monitor {
  readonly name: MonitorName;
  /** Looks at one entry; says what is broken, if anything. */
  look(entry: Entry): Broken | undefined;
}

/** Makes a monitor's state afresh for each case. */
export type MonitorMaker = (contract: Contract) => Monitor;

/** Keyed state that is made on first use. */
export function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

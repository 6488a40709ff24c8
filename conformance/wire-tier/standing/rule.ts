// What is watched over all connections of a wire run, whichever case is at work.

import type { Case, MonitorName } from "../../cases/case.js";
import type { Broken } from "../../monitors/monitor.js";
import type { Entry } from "../../transcript.js";

export type Conclusion =
  | { readonly kind: "held" }
  | { readonly kind: "broken"; readonly broken: Broken }
  /** Nothing happened that the rule is about. */
  | { readonly kind: "unseen"; readonly why: string };

export interface Rule {
  /** The monitor behind it, which a case may switch off for itself. */
  readonly monitor?: MonitorName;
  /**
   * `atMs` is on one clock for the whole run; names of connections are never used twice. `during` is the
   * case at work, where one is.
   */
  look(entry: Entry, atMs: number, during?: Case): Broken | undefined;
  /** A client with an empty memory: another process, or another deviceId. */
  fresh?(): void;
  /** Whether this connection still owes something that a fence would bring out. */
  owes?(connection: string): boolean;
  /** At the end of the run, where nothing was broken on the way. */
  conclude(): Conclusion;
}

export const HELD: Conclusion = { kind: "held" };

export function unseen(why: string): Conclusion {
  return { kind: "unseen", why };
}

/** Notes that the run itself writes into the transcript. */
export const NOTES = {
  /** Everything that the client owed on this connection has had its time; it is closed next. */
  handover: "handover",
  noPong: "no pong",
  pong: "pong",
  cameBack: "came back",
  stayedAway: "stayed away",
} as const;

export function isNote(entry: Entry, name: string): boolean {
  return entry.kind === "note" && entry.name === name;
}

export function byClient(entry: Entry, kind: Entry["kind"], name?: string): boolean {
  return (
    entry.from === "testee" && entry.kind === kind && (name === undefined || entry.name === name)
  );
}

export function bySuite(entry: Entry, name: string): boolean {
  return entry.from === "runner" && entry.kind === "frame" && entry.name === name;
}

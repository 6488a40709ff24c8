// PRES-4 and PRES-29: the presence diffs of a group follow one another without a hole.

import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";

/** What one connection was told of one group. */
interface Told {
  epoch: string;
  /** Version of the last diff, or of the first state. */
  diff: number;
  /** Version of the newest state or diff. */
  newest: number;
}

/**
 * A state may be newer than the diffs that are still on their way: the next diff then begins anywhere
 * from the last one to that state, and a client drops it or applies it.
 */
export function presenceChain(): Monitor {
  const groups = new Map<string, Told>();

  const diff = (entry: Entry, told: Told): Broken | undefined => {
    const base = numberOr(member(entry.value, "baseVersion"), 0);
    const version = numberOr(member(entry.value, "version"), 0);
    const { diff: last, newest } = told;
    told.diff = version;
    told.newest = Math.max(newest, version);
    if (base >= last && base <= newest && version > base) return undefined;
    return {
      requirements: ["PRES-4"],
      problem: "a PRESENCE_DIFF does not follow the version that was written before",
      expected: last === newest ? `baseVersion ${last}` : `baseVersion ${last} to ${newest}`,
      actual: entry.value,
    };
  };

  const look = (entry: Entry): Broken | undefined => {
    if (entry.from !== "testee" || entry.kind !== "frame") return undefined;
    const isState = entry.name === "PRESENCE_STATE";
    if (!isState && entry.name !== "PRESENCE_DIFF") return undefined;
    const at = `${entry.on ?? ""} ${stringOr(member(entry.value, "group"), "")}`;
    const epoch = stringOr(member(entry.value, "epoch"), "");
    const version = numberOr(member(entry.value, "version"), 0);
    const told = groups.get(at);
    if (told?.epoch !== epoch) {
      groups.set(at, { epoch, diff: version, newest: version });
      return undefined;
    }
    if (!isState) return diff(entry, told);
    told.newest = Math.max(told.newest, version);
    return undefined;
  };
  return { name: "presence_chain", look };
}

// Why a wire run, or the part of a client in a case, was over before its time.

import type { Performed } from "../runner/perform.js";

export type Ending = "stopped" | "away" | "dead" | undefined;

/** What is known of the client when the run is over. */
export interface Circumstances {
  /** How long it was waited for, milliseconds. */
  readonly idleMs: number;
  /** How many starts of its command in a row came to nothing. */
  readonly starts: number;
  readonly hasUser: boolean;
  /** Somebody without a userId dialled. */
  readonly hadNobodies: boolean;
  /** The last case was to stop it. */
  readonly hasHalted: boolean;
  /** It sent DISCONNECT. */
  readonly hasLeft: boolean;
}

/** Undefined where the run came to its own end. */
export function endingText(ending: Ending, known: Circumstances): string | undefined {
  const { idleMs, starts, hasUser, hadNobodies, hasHalted, hasLeft } = known;
  const wait = `within ${Math.round(idleMs / 100) / 10} s`;
  switch (ending) {
    case undefined:
      return undefined;
    case "stopped":
      return "interrupted";
    case "dead":
      return `the client's command ended ${starts} times in a row before it had dialled`;
    case "away":
      if (!hasUser) {
        return hadNobodies ? `no client with a userId came ${wait}` : `no client came ${wait}`;
      }
      if (hasHalted) return undefined;
      return hasLeft
        ? `the client took its leave (DISCONNECT) and did not come back ${wait}`
        : `the client did not come back ${wait}`;
  }
}

/** What a client that took its leave did not do any more is no breach. */
export function excused(performed: Performed, hasLeft: boolean): Performed {
  const kind = performed.failure?.kind;
  if (!hasLeft || (kind !== "missing" && kind !== "precondition")) return performed;
  const problem = "not reached: the client took its leave (DISCONNECT) in the middle of the case";
  return {
    verdict: "n/a",
    failure: { ...performed.failure, kind: "capability", requirements: [], problem },
  };
}

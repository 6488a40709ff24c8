// The part of a transcript that explains a failure: what led to the entry at which the case diverged, and
// a little of what followed.

import type { CaseResult } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";

export interface Excerpt {
  readonly entries: readonly Entry[];
  readonly before: number;
  readonly after: number;
  /** Position in `entries` of the one at which the case diverged. */
  readonly divergedAt?: number;
}

const BEATS: ReadonlySet<string | undefined> = new Set(["HEARTBEAT", "HEARTBEAT_ACK"]);

/** Heartbeats fill a transcript and say nothing, unless a step or the failure is about them. */
function telling(result: CaseResult): readonly Entry[] {
  if (result.steps.some((step) => step.includes("HEARTBEAT"))) return result.transcript;
  return result.transcript.filter(
    ({ index, name }) => index === result.failure?.entry || !BEATS.has(name),
  );
}

/** Whether the entry itself is wrong; otherwise something did not come after it. */
export function isCulprit(result: CaseResult): boolean {
  const kind = result.failure?.kind;
  return kind === "mismatch" || kind === "too_early" || kind === "forbidden" || kind === "monitor";
}

export function excerptOf(
  result: CaseResult,
  most: { readonly before: number; readonly after: number },
): Excerpt {
  const entries = telling(result);
  const entry = result.failure?.entry;
  if (entry === undefined) {
    const from = Math.max(0, entries.length - most.before - most.after);
    return { entries: entries.slice(from), before: from, after: 0 };
  }
  // The last one up to the divergence, where that very entry is a heartbeat that is not shown.
  const at = entries.findLastIndex(({ index }) => index <= entry);
  const from = Math.max(0, at - most.before);
  const to = Math.min(entries.length, at + 1 + most.after);
  return {
    entries: entries.slice(from, to),
    before: from,
    after: entries.length - to,
    ...(at === -1 ? {} : { divergedAt: at - from }),
  };
}

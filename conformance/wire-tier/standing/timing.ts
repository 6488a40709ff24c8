// Times that one arrival says nothing about, judged over many. What must be left to chance fails only for a
// spread that chance would not leave so narrow: a slow link widens it, which is never held against a client.

import { member, numberOr } from "../../json.js";
import { byClient, bySuite, HELD, unseen, type Conclusion, type Rule } from "./rule.js";

/** Of so many uniform draws the middle eight tenths lie closer together once in a million runs. */
const SAMPLES = 20;
const NARROW = 0.25;
/** An interval below this is too short for the clocks and timers of two processes. */
const LEAST_MS = 150;

interface Draws {
  readonly requirement: string;
  readonly what: string;
  readonly share: string;
}

function spread(draws: readonly number[], { requirement, what, share }: Draws): Conclusion {
  if (draws.length < SAMPLES) {
    return unseen(`${draws.length} of the ${SAMPLES} ${what} that a judgement needs were seen`);
  }
  const sorted = draws.toSorted((a, b) => a - b);
  const aside = Math.floor(draws.length / 10);
  const least = sorted[aside] ?? 0;
  const most = sorted[draws.length - 1 - aside] ?? 1;
  if (most - least >= NARROW) return HELD;
  const percent = (part: number): string => `${Math.round(part * 100)} %`;
  return {
    kind: "broken",
    broken: {
      requirements: [requirement],
      problem: `eight of ten of ${draws.length} ${what} lay between ${percent(least)} and ${percent(most)} of ${share}`,
      expected: "a point that is drawn anew each time",
      actual: `${percent(most - least)} between the earliest and the latest of these`,
    },
  };
}

/** Gaps that a judgement needs, and how many intervals the middle one of them may be long. */
const GAPS = 5;
const RARE = 1.7;

/** A network that stalls delays some heartbeats and bunches others; the gap in the middle stays what it is. */
export function heartbeatInterval(): Rule {
  const last = new Map<string, { readonly atMs: number; readonly intervalMs: number }>();
  const gaps: number[] = [];
  return {
    look: (entry, atMs) => {
      const on = entry.on ?? "";
      if (bySuite(entry, "CONNECT") && !last.has(on)) {
        const intervalMs = numberOr(member(member(entry.value, "heartbeat"), "intervalMs"), NaN);
        last.set(on, { atMs: NaN, intervalMs });
      }
      const before = byClient(entry, "frame", "HEARTBEAT") ? last.get(on) : undefined;
      if (!before) return undefined;
      const gap = (atMs - before.atMs) / before.intervalMs;
      if (Number.isFinite(gap)) gaps.push(gap);
      last.set(on, { ...before, atMs });
      return undefined;
    },
    conclude: () => {
      if (gaps.length < GAPS) {
        return unseen(
          `${gaps.length} of the ${GAPS} gaps between heartbeats that it needs were seen`,
        );
      }
      const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
      if (middle <= RARE) return HELD;
      return {
        kind: "broken",
        broken: {
          requirements: ["LIVE-1"],
          problem: `half of ${gaps.length} gaps between heartbeats were longer than ${middle.toFixed(1)} announced intervals`,
          expected: "a HEARTBEAT every heartbeat.intervalMs",
          actual: `${middle.toFixed(1)} intervals in the middle`,
        },
      };
    },
  };
}

/**
 * Draws only on connections of a case about LIVE-2, which waits for each heartbeat: elsewhere a connection
 * that ends early shows only the early ones.
 */
export function firstHeartbeatRandom(): Rule {
  const begun = new Map<string, { readonly atMs: number; readonly intervalMs: number }>();
  const draws: number[] = [];
  return {
    look: (entry, atMs, during) => {
      if (during?.requirements.includes("LIVE-2") !== true) return undefined;
      const on = entry.on ?? "";
      if (bySuite(entry, "CONNECT") && !begun.has(on)) {
        const heartbeat = member(entry.value, "heartbeat");
        begun.set(on, { atMs, intervalMs: numberOr(member(heartbeat, "intervalMs"), Infinity) });
      }
      const since = byClient(entry, "frame", "HEARTBEAT") ? begun.get(on) : undefined;
      if (since && Number.isFinite(since.intervalMs)) {
        if (since.intervalMs >= LEAST_MS) draws.push((atMs - since.atMs) / since.intervalMs);
        begun.set(on, { atMs, intervalMs: Infinity });
      }
      return undefined;
    },
    conclude: () =>
      spread(draws, {
        requirement: "LIVE-2",
        what: "first heartbeats",
        share: "their interval",
      }),
  };
}

export function delaysRandom(): Rule {
  let baseMs: number | undefined;
  let ended: { readonly atMs: number; readonly baseMs: number } | undefined;
  const draws: number[] = [];
  return {
    look: (entry, atMs) => {
      if (bySuite(entry, "CONNECT")) {
        const reconnect = member(entry.value, "reconnect");
        const base = numberOr(member(reconnect, "baseDelayMs"), 0);
        const fully = member(reconnect, "jitter") === 1 && member(reconnect, "maxDelayMs") === base;
        baseMs = fully && base >= LEAST_MS ? base : undefined;
      }
      if (bySuite(entry, "DISCONNECT") && member(entry.value, "retryAfterMs") !== undefined) {
        baseMs = undefined;
      }
      if (entry.kind === "closed") ended = baseMs === undefined ? undefined : { atMs, baseMs };
      if (byClient(entry, "dial") && ended) {
        draws.push((atMs - ended.atMs) / ended.baseMs);
        ended = undefined;
      }
      return undefined;
    },
    fresh: () => {
      ended = undefined;
    },
    conclude: () =>
      spread(draws, {
        requirement: "RECON-2",
        what: "delays before a reconnect",
        share: "the announced delay",
      }),
  };
}

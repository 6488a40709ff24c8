// What must be left to chance. Judged over many connections, and only for a spread that chance would
// not leave so narrow; a slow link widens a spread and is never held against a client.

import { member, numberOr } from "../../json.js";
import { byClient, bySuite, HELD, unseen, type Conclusion, type Rule } from "./rule.js";

/** With ten uniform draws a spread below this comes about once in two million runs. */
const SAMPLES = 10;
const NARROW = 0.15;

interface Draws {
  readonly requirement: string;
  readonly what: string;
  readonly share: string;
}

function spread(draws: readonly number[], { requirement, what, share }: Draws): Conclusion {
  if (draws.length < SAMPLES) {
    return unseen(`${draws.length} of the ${SAMPLES} ${what} that a judgement needs were seen`);
  }
  const least = Math.min(...draws);
  const most = Math.max(...draws);
  if (most - least >= NARROW) return HELD;
  const percent = (part: number): string => `${Math.round(part * 100)} %`;
  return {
    kind: "broken",
    broken: {
      requirements: [requirement],
      problem: `${draws.length} ${what} all lay between ${percent(least)} and ${percent(most)} of ${share}`,
      expected: "a point that is drawn anew each time",
      actual: `${percent(most - least)} between the earliest and the latest`,
    },
  };
}

export function firstHeartbeatRandom(): Rule {
  const begun = new Map<string, { readonly atMs: number; readonly intervalMs: number }>();
  const draws: number[] = [];
  return {
    look: (entry, atMs) => {
      const on = entry.on ?? "";
      if (bySuite(entry, "CONNECT") && !begun.has(on)) {
        const heartbeat = member(entry.value, "heartbeat");
        begun.set(on, { atMs, intervalMs: numberOr(member(heartbeat, "intervalMs"), Infinity) });
      }
      const since = byClient(entry, "frame", "HEARTBEAT") ? begun.get(on) : undefined;
      if (since && Number.isFinite(since.intervalMs)) {
        draws.push((atMs - since.atMs) / since.intervalMs);
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
        baseMs = fully && base >= 100 ? base : undefined;
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

import { TIMERS } from "../tables.js";
import type { Announced } from "./settings.js";
import { clampWait } from "./timers.js";

/** What a DISCONNECT said about the return; it binds the next attempt only (RECON-5). */
export interface ReturnAdvice {
  readonly retryAfterMs: number;
  readonly spreadMs: number;
}

type Reconnect = Announced["reconnect"];
type Random = () => number;

/**
 * RECON-1: the wait before the n-th retry in a row, n from 0. Chance is drawn in this order: jitter,
 * spread (if there is one), first spread (if `afterStable`).
 */
export function retryDelay(
  n: number,
  reconnect: Reconnect,
  advice: ReturnAdvice,
  afterStable: boolean,
  random: Random,
): number {
  const doubled = doubling(reconnect.baseDelayMs, n, reconnect.maxDelayMs);
  const jittered = doubled * (1 - reconnect.jitter * random());
  const firstSpreadMs = afterStable ? reconnect.firstSpreadMs : 0; // RECON-3
  return wholeWait(
    Math.max(jittered, advice.retryAfterMs) +
      uniform(advice.spreadMs, random) +
      uniform(firstSpreadMs, random),
  );
}

/** RECON-12: the rest of an open circuit, no shorter than a retryAfterMs that binds it. */
export function circuitRest(reconnect: Reconnect, advice: ReturnAdvice, random: Random): number {
  const jittered = reconnect.circuitRestMs * (1 - reconnect.jitter * random());
  return wholeWait(Math.max(jittered, advice.retryAfterMs));
}

/** RECON-6: what holds for the next attempt, given a DISCONNECT (if one came) and the code decided on. */
export function adviceOf(
  disconnect: { readonly retryAfterMs?: number; readonly spreadMs?: number } | undefined,
  draining: boolean,
): ReturnAdvice {
  const retryAfterMs = clampWait(disconnect?.retryAfterMs ?? 0);
  if (disconnect?.spreadMs !== undefined) {
    return { retryAfterMs, spreadMs: clampWait(disconnect.spreadMs) };
  }
  if (draining) return { retryAfterMs, spreadMs: TIMERS.drainSpreadMs.default };
  if (disconnect?.retryAfterMs === undefined) return { retryAfterMs, spreadMs: 0 };
  return { retryAfterMs, spreadMs: Math.max(TIMERS.drainSpreadMs.default, retryAfterMs) };
}

/** `first · 2^k`, bounded. */
export function doubling(first: number, k: number, bound: number): number {
  return Math.min(bound, first * 2 ** Math.min(k, 52));
}

function uniform(bound: number, random: Random): number {
  return bound > 0 ? bound * random() : 0;
}

/** Rounded up, so that no attempt comes before its time. */
function wholeWait(waitMs: number): number {
  return clampWait(Math.ceil(waitMs));
}

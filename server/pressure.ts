import type { Refusal } from "./session-input.js";
import { CLOSE_CODES } from "../generated/typescript/tables.js";

const LOOK_EVERY_MS = 250;
const LATE_MS = 1_000;
const REST_MS = 2_000;
const MOST_OPENING = 2_000;
/** Connections that a server is expected to take in a second when all of its clients return. */
const ACCEPTED_PER_SECOND = 1_700;

/** Knows when a server has too much to do to take more connections (RECON-7). */
export class Pressure {
  #lookedAt: number;
  #pressedUntil = 0;

  constructor(now: number) {
    this.#lookedAt = now;
  }

  /** How often `look` wants to be called. */
  get everyMs(): number {
    return LOOK_EVERY_MS;
  }

  /** A look that comes late shows that the event loop does. */
  look(now: number): void {
    if (now - this.#lookedAt > LOOK_EVERY_MS + LATE_MS) this.#pressedUntil = now + REST_MS;
    this.#lookedAt = now;
  }

  /** Why no connection is taken now; undefined where one is. */
  refusal(now: number, opening: number, spreadMs: number): Refusal | undefined {
    if (now >= this.#pressedUntil && opening <= MOST_OPENING) return undefined;
    const { tryAgainLater } = CLOSE_CODES;
    return { code: tryAgainLater, reason: "try_again_later", retryAfterMs: REST_MS, spreadMs };
  }
}

/** RECON-4: over how long the clients should spread when this server is gone. */
export function firstSpreadMs(leastMs: number, connections: number): number {
  return Math.max(leastMs, Math.ceil((connections / ACCEPTED_PER_SECOND) * 1_000));
}

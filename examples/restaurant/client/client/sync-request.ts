import { LIMITS, TIMERS } from "../tables.js";
import { doubling } from "./backoff.js";

/** The one request that a stream may have outstanding, and what past answers say about the next. */
export class SyncRequest {
  #from: number | undefined;
  /** Heartbeats sent before the request: only a later one's acknowledgement starts its time. */
  #heartbeatsBefore = 0;
  #timed = false;
  #timeouts = 0;
  #errors = 0;
  #idle = 0;

  get outstanding(): boolean {
    return this.#from !== undefined;
  }

  asked(fromEventId: number, heartbeatsSent: number): void {
    this.#from = fromEventId;
    this.#heartbeatsBefore = heartbeatsSent;
    this.#timed = false;
  }

  /** SYNC-11: a SYNC from elsewhere answers something else. */
  isAnsweredFrom(fromEventId: number): boolean {
    return this.#from === fromEventId;
  }

  /** Any answer: nothing is outstanding, and the count of requests without an answer begins anew. */
  settle(): void {
    this.#from = undefined;
    this.#timeouts = 0;
  }

  /** SYNC-16: whether this acknowledgement starts the request's time, which happens once. */
  startsTiming(heartbeatsAcknowledged: number): boolean {
    if (!this.outstanding || this.#timed) return false;
    this.#timed = heartbeatsAcknowledged > this.#heartbeatsBefore;
    return this.#timed;
  }

  /** The request's time is over; says whether that happened too often to ask again (SYNC-17). */
  ranOut(): boolean {
    this.#from = undefined;
    this.#timeouts += 1;
    return this.#timeouts >= LIMITS.syncAttempts.default;
  }

  /** SYNC-22: how long to wait after an ERROR, in milliseconds. */
  waitAfterError(retryAfterMs: number): number {
    const { syncRetryMs, syncRetryMaxMs } = TIMERS;
    const waitMs = doubling(syncRetryMs.default, this.#errors, syncRetryMaxMs.default);
    this.#errors += 1;
    return Math.max(waitMs, retryAfterMs);
  }

  /** SYNC-32: how long to wait after an answer without progress, in milliseconds. */
  waitAfterNothing(): number {
    const { syncIdleMs, syncIdleMaxMs } = TIMERS;
    const waitMs = doubling(syncIdleMs.default, this.#idle, syncIdleMaxMs.default);
    this.#idle += 1;
    return waitMs;
  }

  /** An answer that was no ERROR. */
  noError(): void {
    this.#errors = 0;
  }

  /** An answer brought what was missing. */
  progressed(): void {
    this.#idle = 0;
  }

  /** SYNC-10: a new connection starts from nothing. */
  reset(): void {
    this.settle();
    this.#errors = 0;
    this.#idle = 0;
  }
}

import type { FullRefreshFrame } from "../messages.js";
import { TIMERS } from "../tables.js";
import { doubling } from "./backoff.js";

/** A FULL_REFRESH that the application carries out. */
export interface Reload {
  readonly frame: FullRefreshFrame;
  /** The position may become lower: this refresh, or one that it replaced, was for `position_ahead`. */
  readonly lowers: boolean;
}

/** The reload of one stream: the one that runs, and the one that comes next (REFRESH-13). */
export class ReloadQueue {
  #current: Reload | undefined;
  #next: Reload | undefined;
  #runningId: number | undefined;
  #failures = 0;

  get current(): Reload | undefined {
    return this.#current;
  }

  /** Take a refresh; says whether it is the first, which may start. */
  add(frame: FullRefreshFrame): boolean {
    const lowers = frame.reason === "position_ahead";
    if (this.#current === undefined) {
      this.#current = { frame, lowers };
      return true;
    }
    this.#next = { frame, lowers: lowers || lowersFor(this.#next, frame) };
    return false;
  }

  started(reloadId: number): void {
    this.#runningId = reloadId;
  }

  /** Whether the application was asked and has not answered. */
  get running(): boolean {
    return this.#runningId !== undefined;
  }

  /** A late answer of another reload has no effect. */
  isRunning(reloadId: number): boolean {
    return this.#runningId === reloadId;
  }

  /** The running reload has ended well; answers what comes next. */
  ended(): Reload | undefined {
    this.#runningId = undefined;
    this.#failures = 0;
    this.#current = this.#next;
    this.#next = undefined;
    return this.#current;
  }

  /** The running reload has failed; answers how long to wait, in milliseconds (REFRESH-22). */
  failed(maxDelayMs: number): number {
    this.#runningId = undefined;
    if (this.#next !== undefined) {
      const { frame, lowers } = this.#next;
      this.#next = undefined;
      this.#current = { frame, lowers: lowers || lowersFor(this.#current, frame) };
    }
    const waitMs = doubling(TIMERS.reloadRetryMs.default, this.#failures, maxDelayMs);
    this.#failures += 1;
    return waitMs;
  }

  clear(): void {
    this.#current = undefined;
    this.#next = undefined;
    this.#runningId = undefined;
    this.#failures = 0;
  }
}

/** A refresh that was never carried out passes its right to lower the position on, within its epoch. */
function lowersFor(replaced: Reload | undefined, frame: FullRefreshFrame): boolean {
  return replaced?.lowers === true && replaced.frame.epoch === frame.epoch;
}

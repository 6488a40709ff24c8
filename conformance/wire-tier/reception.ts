// Where admitted dials wait for a case, and where the run waits for a dial.

import type { Visit } from "./door.js";

/** A client under test dials once at a time; more than this is a flood. */
const MAX_WAITING = 8;
/** A dial that waited longer has been given up, or soon will be: connectTimeoutMs is 10 s. */
const STALE_MS = 5_000;

export class Reception {
  #waiting: Visit[] = [];
  #arrived: (() => void) | undefined;
  #onArrival: ((visit: Visit) => void) | undefined;

  arrive(visit: Visit): void {
    if (this.#waiting.length >= MAX_WAITING) {
      visit.refuse(503);
      return;
    }
    this.#waiting.push(visit);
    this.#onArrival?.(visit);
    this.#arrived?.();
  }

  /** Tells of dials that wait and of each that comes, until the next call. */
  watch(onArrival: ((visit: Visit) => void) | undefined): void {
    this.#onArrival = onArrival;
    if (onArrival) for (const visit of this.#living()) onArrival(visit);
  }

  #living(): readonly Visit[] {
    this.#waiting = this.#waiting.filter((visit) => {
      if (visit.gone) return false;
      if (performance.now() - visit.atMs <= STALE_MS) return true;
      visit.refuse(503);
      return false;
    });
    return this.#waiting;
  }

  take(): Visit | undefined {
    this.#living();
    return this.#waiting.shift();
  }

  /** Sends everyone away who waits. */
  clear(): void {
    for (const visit of this.#waiting) visit.refuse(503);
    this.#waiting = [];
  }

  /** Resolves when a dial waits: true; false when the limit has passed or the run is stopped. */
  async ready(limitMs: number, stop: AbortSignal): Promise<boolean> {
    if (this.#living().length > 0) return true;
    if (stop.aborted) return false;
    return await new Promise((resolve) => {
      const settle = (ready: boolean): void => {
        clearTimeout(timer);
        stop.removeEventListener("abort", stopped);
        this.#arrived = undefined;
        resolve(ready);
      };
      const stopped = (): void => {
        settle(false);
      };
      const timer = setTimeout(stopped, limitMs);
      stop.addEventListener("abort", stopped);
      this.#arrived = () => {
        settle(true);
      };
    });
  }
}

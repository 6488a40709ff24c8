import type { Clock } from "./clock.js";
import type { Deadlines, Timed } from "./deadlines.js";

/** Things to be done once later, or again and again, on the one heap of deadlines. */
export class Occasions {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  #isStopped = false;

  constructor(clock: Clock, deadlines: Deadlines) {
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  after(ms: number, act: () => void): void {
    this.#add(ms, () => {
      act();
      return Infinity;
    });
  }

  every(ms: number, act: () => void): void {
    this.#add(ms, (now) => {
      act();
      return now + ms;
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  #add(ms: number, tick: (now: number) => number): void {
    if (this.#isStopped) return;
    const timed: Timed = { heapIndex: -1, dueAt: 0, tick };
    this.#deadlines.schedule(timed, this.#clock.now() + ms);
  }
}

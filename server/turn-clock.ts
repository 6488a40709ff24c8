import type { Clock } from "./clock.js";

/** How long the wall clock may be told from the monotonic one, before it is read again. */
const WALL_FOR_MS = 1_000;

/**
 * A clock that stands still while something is handled: whatever a message causes has one instant, and the
 * time is read once for it. A wall clock that is set is followed within a second.
 */
export class TurnClock implements Clock {
  #isHeld = false;
  #now = 0;
  /** How far the wall clock was ahead of the monotonic one when both were read. */
  #wallAhead = 0;
  #wallReadAt = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** Holds the time until `end`. */
  begin(): void {
    this.#now = this.clock.now();
    this.#isHeld = true;
  }

  end(): void {
    this.#isHeld = false;
  }

  now(): number {
    return this.#isHeld ? this.#now : this.clock.now();
  }

  wallTime(): number {
    if (!this.#isHeld) return this.clock.wallTime();
    if (this.#now - this.#wallReadAt >= WALL_FOR_MS) {
      this.#wallAhead = this.clock.wallTime() - this.#now;
      this.#wallReadAt = this.#now;
    }
    return this.#now + this.#wallAhead;
  }

  alarm(wake: () => void): ReturnType<Clock["alarm"]> {
    return this.clock.alarm(wake);
  }

  defer(task: () => void): void {
    this.clock.defer(task);
  }
}

/** The clock itself where it is one already: a store may share it. */
export function turnClock(clock: Clock): TurnClock {
  return clock instanceof TurnClock ? clock : new TurnClock(clock);
}

import type { Clock } from "./clock.js";

/**
 * A clock that stands still while something is handled: whatever a message causes has one instant, and the
 * time is read once for it.
 */
export class TurnClock implements Clock {
  #isHeld = false;
  #now = 0;
  #wallTime: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** Holds the time until `end`. */
  begin(): void {
    this.#now = this.clock.now();
    this.#wallTime = undefined;
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
    return (this.#wallTime ??= this.clock.wallTime());
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

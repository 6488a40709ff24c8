// Measures how long the runner itself did not run: a late answer of the testee is worth nothing as
// evidence when the runner was asleep.

const PERIOD_MS = 20;

export class StallMeter {
  longestMs = 0;
  #expectedAt = performance.now() + PERIOD_MS;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, Math.round(now - this.#expectedAt));
      this.#expectedAt = now + PERIOD_MS;
    }, PERIOD_MS);
    this.#timer.unref();
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.longestMs;
  }
}

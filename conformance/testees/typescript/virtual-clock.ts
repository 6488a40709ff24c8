import type { Clock } from "../../../generated/typescript/client/index.js";

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

const BEGIN = 1_750_000_000_000;

async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Time that moves only by `clock.advance`. */
export class VirtualClock implements Clock {
  #now = BEGIN;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(waitMs: number, ring: () => void): () => void {
    const alarm = { at: this.#now + Math.max(0, waitMs), ring };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /**
   * Rings what falls due, in order, and lets the program catch its breath between.
   * @param asleep the program slept: whatever falls due on the way rings at the end, late.
   */
  async advance(ms: number, asleep: boolean): Promise<void> {
    const until = this.#now + ms;
    if (asleep) this.#now = until;
    for (;;) {
      const due = [...this.#alarms]
        .filter((alarm) => alarm.at <= until)
        .sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.#alarms.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.ring();
      await settled();
    }
    this.#now = until;
  }
}

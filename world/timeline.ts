/** Something that will happen at an instant of the virtual time. */
export interface Planned {
  /** Takes it back; without effect once it has happened. */
  cancel(): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  task: (() => void) | undefined;
}

/** Longer than any chain of promises between an answer of the store and what it causes. */
const MICROTASKS = 16;

/**
 * The virtual time of a world, in milliseconds from 0. Nothing happens between two entries; entries of
 * one instant happen in the order in which they were planned.
 */
export class Timeline {
  readonly #heap: Entry[] = [];
  #order = 0;
  #now = 0;
  #settles = false;

  get now(): number {
    return this.#now;
  }

  /** Plans `task` for an instant; one in the past happens next. */
  at(instant: number, task: () => void): Planned {
    const entry: Entry = { at: Math.max(instant, this.#now), order: this.#order, task };
    this.#order += 1;
    this.#push(entry);
    return {
      cancel: () => {
        entry.task = undefined;
      },
    };
  }

  after(ms: number, task: () => void): Planned {
    return this.at(this.#now + ms, task);
  }

  /** To be said where a promise is settled: who awaits it goes on before the next step. */
  settles(): void {
    this.#settles = true;
  }

  async #letOthersGoOn(): Promise<void> {
    this.#settles = false;
    for (let turn = 0; turn < MICROTASKS; turn += 1) await Promise.resolve();
  }

  /**
   * Lets everything up to and including `until` happen.
   * @param mostSteps a bound on entries, so that a livelock ends the run instead of hanging it
   * @returns false when the bound was reached
   */
  async runUntil(until: number, mostSteps: number): Promise<boolean> {
    for (let steps = 0; ;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.#pop();
      const { task } = next;
      if (task === undefined) continue;
      if (steps >= mostSteps) return false;
      steps += 1;
      this.#now = next.at;
      next.task = undefined;
      task();
      if (this.#settles) await this.#letOthersGoOn();
    }
    this.#now = until;
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let smaller = left;
      if (right !== undefined && isBefore(right, left)) {
        smaller = right;
        child += 1;
      }
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

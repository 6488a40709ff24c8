import type { Alarm, Clock } from "./clock.js";

/** Something with work to do at an instant. The two numbers belong to `Deadlines`. */
export interface Timed {
  /** Where it stands in the heap; -1 outside. */
  heapIndex: number;
  /** When it is looked at; may be earlier than its work, never later. */
  dueAt: number;
  /** Does the work that is due and returns the instant of the next, Infinity without any. */
  tick(now: number): number;
}

/** One binary heap and one alarm for every deadline of a server. */
export class Deadlines {
  readonly #heap: Timed[] = [];
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  #alarmAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = clock.alarm(() => {
      this.#alarmAt = Infinity;
      this.run();
    });
  }

  get size(): number {
    return this.#heap.length;
  }

  /**
   * Makes sure that `timed` is looked at by `at`. Moving a deadline later costs nothing: the heap keeps
   * the earlier instant and asks again then.
   */
  schedule(timed: Timed, at: number): void {
    if (timed.heapIndex >= 0) {
      if (at >= timed.dueAt) return;
      timed.dueAt = at;
      this.#up(timed.heapIndex);
    } else {
      if (at === Infinity) return;
      timed.dueAt = at;
      timed.heapIndex = this.#heap.length;
      this.#heap.push(timed);
      this.#up(timed.heapIndex);
    }
    this.#arm();
  }

  remove(timed: Timed): void {
    const index = timed.heapIndex;
    if (index < 0) return;
    timed.heapIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timed) return;
    this.#heap[index] = last;
    last.heapIndex = index;
    this.#up(index);
    this.#down(last.heapIndex);
  }

  /** Does everything that is due now. */
  run(): void {
    const now = this.#clock.now();
    for (
      let first = this.#heap[0];
      first !== undefined && first.dueAt <= now;
      first = this.#heap[0]
    ) {
      this.remove(first);
      const next = first.tick(now);
      // A tick that asks for an instant already past is looked at in the next run, so that it cannot spin.
      if (first.heapIndex < 0) this.schedule(first, Math.max(next, now + 1));
    }
    this.#arm();
  }

  clear(): void {
    for (const timed of this.#heap) timed.heapIndex = -1;
    this.#heap.length = 0;
    this.#alarmAt = Infinity;
    this.#alarm.clear();
  }

  #arm(): void {
    const at = this.#heap[0]?.dueAt ?? Infinity;
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    this.#alarm.set(at);
  }

  #up(index: number): void {
    const timed = this.#heap[index];
    if (timed === undefined) return;
    for (let at = index; at > 0;) {
      const parentIndex = (at - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || parent.dueAt <= timed.dueAt) return;
      this.#swap(at, timed, parentIndex, parent);
      at = parentIndex;
    }
  }

  #down(index: number): void {
    const timed = this.#heap[index];
    if (timed === undefined) return;
    for (let at = index; ;) {
      const leftIndex = at * 2 + 1;
      const left = this.#heap[leftIndex];
      if (left === undefined) return;
      const right = this.#heap[leftIndex + 1];
      const [childIndex, child] =
        right !== undefined && right.dueAt < left.dueAt
          ? [leftIndex + 1, right]
          : [leftIndex, left];
      if (child.dueAt >= timed.dueAt) return;
      this.#swap(at, timed, childIndex, child);
      at = childIndex;
    }
  }

  #swap(a: number, timedA: Timed, b: number, timedB: Timed): void {
    this.#heap[a] = timedB;
    this.#heap[b] = timedA;
    timedB.heapIndex = a;
    timedA.heapIndex = b;
  }
}

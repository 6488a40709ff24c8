// What several workers finish in any order is told in the order in which it was given out.

export class InOrder<T> {
  readonly #items = new Map<number, T>();
  #told = 0;

  constructor(private readonly tell: (item: T) => void) {}

  get size(): number {
    return this.#items.size;
  }

  put(index: number, item: T): void {
    this.#items.set(index, item);
    for (let next = this.#items.get(this.#told); next !== undefined;) {
      this.#told += 1;
      this.tell(next);
      next = this.#items.get(this.#told);
    }
  }

  /** Everything that was put, in order. Tells what waited for a predecessor that never came. */
  values(): readonly T[] {
    const sorted = [...this.#items].sort(([one], [other]) => one - other);
    for (const [index, item] of sorted) {
      if (index > this.#told) this.tell(item);
    }
    this.#told = Infinity;
    return sorted.map(([, item]) => item);
  }
}

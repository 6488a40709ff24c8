interface Place<Item> {
  readonly at: number;
  /** Items of one instant come in the order in which they were added. */
  readonly order: number;
  readonly item: Item;
}

/** So many places may be out of date before the list is made anew. */
const MOST_STALE = 64;

/**
 * Items that wait for an instant each, which may change. Adding, and asking for the next instant, costs the
 * logarithm of their number: however many wait, each of them may come and go.
 */
export class DueList<Item> {
  readonly #items = new Set<Item>();
  /** A binary heap; a place whose item is gone or waits for another instant is passed over. */
  #heap: Place<Item>[] = [];
  #added = 0;

  /** @param dueOf when an item is due; Infinity: never */
  constructor(private readonly dueOf: (item: Item) => number) {}

  /** Adds an item, or notes that its instant has changed. */
  add(item: Item): void {
    this.#items.add(item);
    this.#place(item);
    if (this.#heap.length <= 2 * this.#items.size + MOST_STALE) return;
    this.#heap = [];
    for (const each of this.#items) this.#place(each);
  }

  delete(item: Item): void {
    this.#items.delete(item);
  }

  /** When the next item is due; Infinity without any. */
  get nextAt(): number {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return Infinity;
      if (this.#isCurrent(first)) return first.at;
      this.#removeFirst();
    }
  }

  /** The items that are due, the earliest first. Each stays until it is deleted. */
  due(now: number): readonly Item[] {
    const due = new Set<Item>();
    while (this.nextAt <= now) {
      const first = this.#removeFirst();
      if (first !== undefined) due.add(first.item);
    }
    return [...due];
  }

  #isCurrent({ item, at }: Place<Item>): boolean {
    return this.#items.has(item) && this.dueOf(item) === at;
  }

  #place(item: Item): void {
    const at = this.dueOf(item);
    if (at === Infinity) return;
    this.#added += 1;
    const place = { at, order: this.#added, item };
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(place, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = place;
  }

  #removeFirst(): Place<Item> | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below !== undefined && right !== undefined && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore<Item>(a: Place<Item>, b: Place<Item>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

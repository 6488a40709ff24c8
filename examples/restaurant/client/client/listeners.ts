/** Functions that want to hear of one thing, in the order in which they came. */
export class Listeners<Value, Answer = void> {
  readonly #listeners = new Set<{ readonly call: (value: Value) => Answer }>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Add a listener; answers how to remove it. The same function may be added twice. */
  add(listener: (value: Value) => Answer): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  /** Those of this moment: one that is added while others are called is not. */
  all(): readonly ((value: Value) => Answer)[] {
    return [...this.#listeners].map(({ call }) => call);
  }

  clear(): void {
    this.#listeners.clear();
  }
}

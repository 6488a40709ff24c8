let reads = 0;

/** A peer has something to do. */
export function noteRead(): void {
  reads += 1;
}

/**
 * Keeps the load from falling asleep between two answers. On one machine the server's write has to wake a
 * reader that sleeps, and is charged for it. A server that keeps its load busy all the time is spared that,
 * one that does more for each message is not, and with a network between them neither would know of it. So
 * no reader sleeps while servers are compared.
 */
export class Awake {
  #next: NodeJS.Immediate | undefined;
  #idleMs = 0;

  constructor() {
    this.#look(performance.now());
  }

  /** Time in which nothing was read, milliseconds since the start. */
  get idleMs(): number {
    return this.#idleMs;
  }

  end(): void {
    clearImmediate(this.#next);
  }

  #look(since: number): void {
    const before = reads;
    this.#next = setImmediate(() => {
      const now = performance.now();
      if (reads === before) this.#idleMs += now - since;
      this.#look(now);
    });
  }
}

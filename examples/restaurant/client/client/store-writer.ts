import type { StreamPosition } from "../messages.js";
import type { StoredMessage } from "./stored.js";
import type { OutboxStore, PositionStore } from "./stores.js";

/** Writes positions one call at a time; those that change meanwhile go together into the next. */
export class PositionWriter {
  readonly #store: PositionStore;
  readonly #failed: (problem: string) => void;
  #changed = new Map<string, StreamPosition>();
  #writing: Promise<void> | undefined;

  constructor(store: PositionStore, failed: (problem: string) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  write(position: StreamPosition): void {
    this.#changed.set(position.stream, position);
    this.#writing ??= this.#run();
  }

  /** Resolves when everything given so far is written, or has failed. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // gather what one input changes
    while (this.#changed.size > 0) {
      const changed = [...this.#changed.values()];
      this.#changed = new Map();
      try {
        await this.#store.save(changed);
      } catch (error) {
        this.#failed(problemOf(error));
      }
    }
    this.#writing = undefined;
  }
}

/** Writes an outbox in order, and tells when a message is safe. */
export class OutboxWriter {
  readonly #store: OutboxStore;
  readonly #failed: (problem: string) => void;
  #writes: Promise<void> = Promise.resolve();

  constructor(store: OutboxStore, failed: (problem: string) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  save(message: StoredMessage, stored: (problem: string | undefined) => void): void {
    this.#write(
      () => this.#store.save(message),
      (problem) => {
        if (problem !== undefined) this.#failed(problem);
        stored(problem);
      },
    );
  }

  remove(messageId: string): void {
    this.#write(
      () => this.#store.remove(messageId),
      (problem) => {
        if (problem !== undefined) this.#failed(problem);
      },
    );
  }

  /** Resolves when everything given so far is written, or has failed. */
  async flushed(): Promise<void> {
    await this.#writes;
  }

  #write(write: () => void | Promise<void>, done: (problem: string | undefined) => void): void {
    this.#writes = this.#writes.then(async () => {
      let problem: string | undefined;
      try {
        await write();
      } catch (error) {
        problem = problemOf(error);
      }
      done(problem);
    });
  }
}

/** What went wrong, for people. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

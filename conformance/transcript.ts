// Everything a case saw, in one list with three lanes. Steps wait on it and take entries from it.

export type Lane = "wire" | "driver" | "clock";

export type EntryKind =
  | "dial" // the testee opened a connection (client tier)
  | "opened" // the scripted client's connection was accepted (server tier)
  | "refused" // an upgrade was answered with an HTTP status
  | "frame" // a text message that is a JSON object with a type
  | "text" // any other text message
  | "binary"
  | "ping"
  | "pong"
  | "closed" // the connection ended: {code, reason}
  | "bytes" // raw bytes that the runner wrote
  | "reply" // an HTTP answer (server tier)
  | "exited" // the server's process ended: {code, signal} (server tier)
  | "command"
  | "report" // an event of the driver protocol
  | "note";

export interface Entry {
  readonly index: number;
  /** Milliseconds since the case began, on the runner's clock. */
  readonly atMs: number;
  readonly lane: Lane;
  readonly from: "testee" | "runner";
  readonly kind: EntryKind;
  /** Connection, where there is one. */
  readonly on?: string;
  /** Frame type, driver event, command, or name of an HTTP exchange. */
  readonly name?: string;
  readonly value?: unknown;
}

export type NewEntry = Omit<Entry, "index" | "atMs">;

interface Waiter {
  readonly accepts: (entry: Entry) => boolean;
  readonly settle: (entry: Entry | undefined) => void;
  readonly fail: (error: Error) => void;
}

export class Transcript {
  readonly entries: Entry[] = [];
  readonly #startedAt = performance.now();
  readonly #taken = new Set<number>();
  readonly #waiters = new Set<Waiter>();
  readonly #watchers: ((entry: Entry) => void)[] = [];
  #interrupted: Error | undefined;

  nowMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10;
  }

  /** Watchers see every entry, before any step does; one that takes it keeps it from the steps. */
  watch(watcher: (entry: Entry) => void): void {
    this.#watchers.push(watcher);
  }

  add(entry: NewEntry): Entry {
    const added: Entry = { index: this.entries.length, atMs: this.nowMs(), ...entry };
    this.entries.push(added);
    for (const watcher of this.#watchers) watcher(added);
    if (this.#taken.has(added.index)) return added;
    for (const waiter of [...this.#waiters]) {
      if (waiter.accepts(added)) waiter.settle(added);
    }
    return added;
  }

  /** Ends every present and later wait: nothing that comes can be judged any more. */
  interrupt(error: Error): void {
    if (this.#interrupted) return;
    this.#interrupted = error;
    for (const waiter of [...this.#waiters]) waiter.fail(error);
  }

  get interrupted(): Error | undefined {
    return this.#interrupted;
  }

  take(entry: Entry): void {
    this.#taken.add(entry.index);
  }

  /** Entries that no step has taken yet, oldest first. */
  untaken(accepts: (entry: Entry) => boolean): readonly Entry[] {
    return this.entries.filter((entry) => !this.#taken.has(entry.index) && accepts(entry));
  }

  /** The first untaken entry that fits, now or within `limitMs`; undefined when none came. */
  async next(accepts: (entry: Entry) => boolean, limitMs: number): Promise<Entry | undefined> {
    if (this.#interrupted) throw this.#interrupted;
    const present = this.untaken(accepts)[0];
    if (present) return present;
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        accepts,
        settle: (entry) => {
          end();
          resolve(entry);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.settle(undefined);
      }, limitMs);
      this.#waiters.add(waiter);
    });
  }
}

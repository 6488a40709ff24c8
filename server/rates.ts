/**
 * A limit of so many within a window, kept as one number per counted thing: the instant until which its
 * allowance is used up. A whole window's allowance may be used at once; it then returns evenly.
 */
export class Rate {
  readonly #costMs: number;
  readonly #windowMs: number;

  /** @param limit how many in `windowMs`; 0 turns the limit off (LIMIT-1) */
  constructor(limit: number, windowMs: number) {
    this.#costMs = limit === 0 ? 0 : windowMs / limit;
    this.#windowMs = windowMs;
  }

  /** The earliest instant for one more, given the number kept so far. */
  earliest(usedUntil: number): number {
    return this.#costMs === 0 ? -Infinity : usedUntil - this.#windowMs + this.#costMs;
  }

  /** The number to keep after one at `now`. It may run ahead: debt delays what follows. */
  taken(usedUntil: number, now: number): number {
    return this.#costMs === 0 ? usedUntil : Math.max(usedUntil, now) + this.#costMs;
  }
}

/** The limit of a class of messages, beside that of all messages. */
export interface ClassRate {
  /** Where a user's usage of it stands. */
  readonly index: number;
  readonly rate: Rate;
}

/** The rates that bind a user, each session of theirs together. */
export interface UserRates {
  readonly messages: Rate;
  /** Event to the limit of its class; absent where no class has one. */
  readonly classes?: ReadonlyMap<string, ClassRate> | undefined;
  readonly syncs: Rate;
  readonly presence: Rate;
  readonly connections: Rate;
}

/** What one user has used of each rate; kept while any of it matters. */
export class UserUsage {
  messages = 0;
  syncs = 0;
  presence = 0;
  connections = 0;
  /** By the index of the class. */
  classes: number[] | undefined;
  /** Sessions of the user here, which share this. */
  sessions = 0;

  /** True when everything used has returned by `now` and no session is left. */
  isSpent(now: number): boolean {
    if (this.sessions > 0) return false;
    const { messages, syncs, presence, connections, classes = [] } = this;
    return Math.max(messages, syncs, presence, connections, ...classes) <= now;
  }
}

/** Names of the waits of a client. */
export type TimerName =
  | "ack"
  | "backoff"
  | "circuitRest"
  | "connectTimeout"
  | "heartbeat"
  | "heartbeatDeadline"
  | "outboxWindow"
  | "presenceTimeout"
  | "reloadRetry"
  | "stable"
  | "syncRetry"
  | "syncTimeout"
  | "tokenRefresh"
  | "tokenTimeout";

/** A wait that is over. */
export interface DueTimer {
  readonly name: TimerName;
  /** Stream or group that the wait belongs to; empty for the connection's own. */
  readonly subject: string;
  /** When it was to fire. */
  readonly at: number;
}

interface Entry extends DueTimer {
  /** Rises with every set, so that equal instants fire in the order in which they were set. */
  readonly order: number;
}

/** Longest wait that every platform's timers keep: 2^31-1 ms, about 24.8 days (FRAME-6). */
export const MAX_WAIT_MS = 2_147_483_647;

/** Waits as data: there is no clock here, the session is told the time. */
export class Timers {
  readonly #entries = new Map<string, Entry>();
  #order = 0;

  /** Replace the wait of this name and subject by one of `waitMs` from `now`, clamped to 0 … 2^31-1. */
  set(name: TimerName, now: number, waitMs: number, subject = ""): void {
    const at = now + clampWait(waitMs);
    this.#order += 1;
    this.#entries.set(keyOf(name, subject), { name, subject, at, order: this.#order });
  }

  clear(name: TimerName, subject = ""): void {
    this.#entries.delete(keyOf(name, subject));
  }

  clearAll(): void {
    this.#entries.clear();
  }

  at(name: TimerName, subject = ""): number | undefined {
    return this.#entries.get(keyOf(name, subject))?.at;
  }

  /** When the earliest wait is over; undefined when nothing waits. */
  get deadline(): number | undefined {
    let earliest: number | undefined;
    for (const { at } of this.#entries.values()) {
      if (earliest === undefined || at < earliest) earliest = at;
    }
    return earliest;
  }

  /**
   * Fire every wait that is over at `now`, earliest first. One that an earlier one cleared or moved
   * does not fire; one that is set meanwhile waits for the next tick.
   */
  fire(now: number, perform: (timer: DueTimer) => void): void {
    const due = [...this.#entries.values()]
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at || a.order - b.order);
    for (const entry of due) {
      const key = keyOf(entry.name, entry.subject);
      if (this.#entries.get(key) !== entry) continue;
      this.#entries.delete(key);
      perform(entry);
    }
  }
}

/** A wait between 0 and 2^31-1 ms. */
export function clampWait(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), MAX_WAIT_MS);
}

function keyOf(name: TimerName, subject: string): string {
  return subject === "" ? name : `${name} ${subject}`;
}

import type { EventFrame } from "../messages.js";

/** What became of an event that was offered. */
export type KeepOutcome = "kept" | "replaced the newest" | "duplicate" | "overflow";

/** Events of one stream that cannot be delivered yet, bounded. Those of other epochs wait for theirs. */
export class KeptEvents {
  readonly #bound: number;
  readonly #epochs = new Map<string, Map<number, EventFrame>>();
  #size = 0;

  /** @param bound events at most, over all epochs (STREAM-9). */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#size;
  }

  has(epoch: string, eventId: number): boolean {
    return this.#epochs.get(epoch)?.has(eventId) ?? false;
  }

  /** When the bound is reached, the newest of the event's epoch goes: the older ones close a gap. */
  keep(event: EventFrame): KeepOutcome {
    const events = this.#epochs.get(event.epoch) ?? new Map<number, EventFrame>();
    if (events.has(event.eventId)) return "duplicate";
    const full = this.#size >= this.#bound;
    if (full) {
      const newest = largest(events.keys());
      if (newest === undefined || newest < event.eventId) return "overflow";
      this.#remove(event.epoch, newest);
    }
    // removing an epoch's last event removed the epoch, hence set again
    this.#epochs.set(event.epoch, events.set(event.eventId, event));
    this.#size += 1;
    return full ? "replaced the newest" : "kept";
  }

  take(epoch: string, eventId: number): EventFrame | undefined {
    const event = this.#epochs.get(epoch)?.get(eventId);
    if (event !== undefined) this.#remove(epoch, eventId);
    return event;
  }

  /** Highest id of the run that follows `eventId` without a hole. */
  runFrom(epoch: string, eventId: number): number {
    const events = this.#epochs.get(epoch);
    let end = eventId;
    while (events?.has(end + 1)) end += 1;
    return end;
  }

  /** Forget every event at or below an id. */
  dropThrough(epoch: string, eventId: number): void {
    for (const id of [...(this.#epochs.get(epoch)?.keys() ?? [])]) {
      if (id <= eventId) this.#remove(epoch, id);
    }
  }

  /** SYNC-6: forget every event of another epoch. */
  retainOnly(epoch: string): void {
    for (const [other, events] of this.#epochs) {
      if (other === epoch) continue;
      this.#size -= events.size;
      this.#epochs.delete(other);
    }
  }

  clear(): void {
    this.#epochs.clear();
    this.#size = 0;
  }

  #remove(epoch: string, eventId: number): void {
    const events = this.#epochs.get(epoch);
    if (!events?.delete(eventId)) return;
    this.#size -= 1;
    if (events.size === 0) this.#epochs.delete(epoch);
  }
}

function largest(ids: Iterable<number>): number | undefined {
  let result: number | undefined;
  for (const id of ids) if (result === undefined || id > result) result = id;
  return result;
}

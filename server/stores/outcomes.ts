import type { Appended, Settled } from "./store.js";
import { MOST_ENTRIES, UuidTable } from "./uuid-table.js";

/** A stream as an outcome names it. */
export interface OutcomeStream {
  readonly name: string;
  readonly epoch: string;
  /** Its number among all streams of the store, never given twice. */
  readonly index: number;
}

interface Slice {
  readonly startedAt: number;
  readonly byUuid: UuidTable;
  /** Outcomes under keys of the application. */
  readonly byKey: Map<string, Appended>;
  readonly streams: Map<number, OutcomeStream>;
  /** The one that was put there last. */
  lastStream: OutcomeStream | undefined;
}

const SLICES = 4;
/** Streams are numbered from 1. */
const NO_STREAM = 0;

/**
 * Outcomes by the UUID of a user's message (MSG-8) or by a key of the application (HTTP-6). They are kept
 * in slices of time, and a slice is dropped as a whole when its last outcome is old enough; so an outcome
 * is remembered for `keptMs` and up to a quarter more.
 */
export class Outcomes {
  readonly #keptMs: number;
  /** Newest first. */
  #slices: readonly Slice[];

  constructor(keptMs: number, now: number) {
    this.#keptMs = keptMs;
    this.#slices = [newSlice(now)];
  }

  /** @param owner whose UUID the key is; without one the key is any text, the application's */
  recall(owner: string | undefined, key: string): Appended | Settled | undefined {
    for (const { byUuid, byKey, streams } of this.#slices) {
      if (owner === undefined) {
        const known = byKey.get(key);
        if (known !== undefined) return { ...known, kind: "duplicate" };
        continue;
      }
      const known = byUuid.find(owner, key);
      if (known === undefined) continue;
      const stream = streams.get(known.place);
      if (stream === undefined) return { kind: "duplicate" };
      return { kind: "duplicate", stream: stream.name, epoch: stream.epoch, eventId: known.id };
    }
    return undefined;
  }

  remember(
    owner: string | undefined,
    key: string,
    stream: OutcomeStream,
    eventId: number,
    publicationId: string | undefined,
    now: number,
  ): void {
    const newest = this.#newest(now);
    if (owner !== undefined) {
      if (newest.lastStream !== stream) {
        newest.streams.set(stream.index, stream);
        newest.lastStream = stream;
      }
      newest.byUuid.set(owner, key, stream.index, eventId);
      return;
    }
    const { name, epoch } = stream;
    const outcome: Appended = { kind: "appended", stream: name, epoch, eventId, publicationId };
    newest.byKey.set(key, outcome);
  }

  /** Remembers a user's message for which there is no event. */
  settle(owner: string, key: string, now: number): void {
    this.#newest(now).byUuid.set(owner, key, NO_STREAM, 0);
  }

  #newest(now: number): Slice {
    const [newest] = this.#slices;
    const isFull = newest !== undefined && newest.byUuid.size >= MOST_ENTRIES;
    const isOld = newest === undefined || newest.startedAt + this.#keptMs / SLICES <= now;
    if (newest !== undefined && !isOld && !isFull) return newest;
    const next = newSlice(now);
    this.#slices = [next, ...this.#slices];
    return next;
  }

  sweep(now: number): void {
    this.#slices = this.#slices.filter((slice, index) => {
      const end = this.#slices[index - 1]?.startedAt ?? Infinity;
      return end + this.#keptMs > now;
    });
    const [newest] = this.#slices;
    const isIdle = newest !== undefined && newest.startedAt + this.#keptMs / SLICES <= now;
    const isUsed = newest !== undefined && newest.byUuid.size + newest.byKey.size > 0;
    if (isIdle && isUsed) this.#slices = [newSlice(now), ...this.#slices];
  }

  get size(): number {
    return this.#slices.reduce((sum, { byUuid, byKey }) => sum + byUuid.size + byKey.size, 0);
  }
}

function newSlice(now: number): Slice {
  return {
    startedAt: now,
    byUuid: new UuidTable(),
    byKey: new Map(),
    streams: new Map(),
    lastStream: undefined,
  };
}

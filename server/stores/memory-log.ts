import type { Clock } from "../clock.js";
import { flat } from "../flat.js";
import { History } from "./history.js";
import type {
  Appended,
  AppendOutcome,
  AppendRequest,
  EventLog,
  Fence,
  LoggedEvent,
  LogListener,
  PageLimits,
  StreamHeadState,
  SyncAnswer,
} from "./store.js";
import { refreshReason } from "./sync-decision.js";

/** Bounds of the memory log. Durations in milliseconds. */
export interface LogBounds {
  readonly historyMs: number;
  readonly historyEvents: number;
  /** Most bytes of history kept for one stream, beside the two bounds of the protocol. */
  readonly historyBytes: number;
  /** How long head and epoch of an unused stream are remembered. */
  readonly streamIdleMs: number;
  /** Streams remembered at most; beyond, the longest unused go first. */
  readonly streams: number;
  /** How long an outcome is remembered for deduplication. */
  readonly dedupKeptMs: number;
}

interface StreamRecord {
  readonly name: string;
  readonly epoch: string;
  headId: number;
  floorId: number;
  history: History | undefined;
  usedAt: number;
}

interface Remembered {
  readonly outcome: Appended;
  readonly at: number;
}

const NOTHING = new Uint8Array(0);

/** The log of one process. Every method answers at once. */
export class MemoryLog implements EventLog {
  /** In order of use, the longest unused first. */
  readonly #streams = new Map<string, StreamRecord>();
  /** In order of time. */
  readonly #outcomes = new Map<string, Remembered>();
  readonly #listeners: LogListener[] = [];
  #minted = 0;

  constructor(
    private readonly clock: Clock,
    private readonly bounds: LogBounds,
    /** Makes epochs unlike those of every other life of a store. */
    private readonly epochPrefix: string,
    private readonly holds: (fence: Fence) => boolean,
  ) {}

  heads(streams: readonly string[]): StreamHeadState[] {
    return streams.map((name) => this.#used(name));
  }

  append(request: AppendRequest): AppendOutcome {
    const { dedupKey, fence } = request;
    if (dedupKey !== undefined) {
      const original = this.recall(dedupKey);
      if (original !== undefined) return original;
    }
    if (fence !== undefined && !this.holds(fence)) return { kind: "fenced" }; // MSG-7, SESS-17
    const now = this.clock.now();
    const record = this.#used(request.stream);
    const eventId = record.headId + 1;
    const frame = `{"type":"EVENT","timestamp":"${request.timestamp}","stream":${JSON.stringify(record.name)},"epoch":"${record.epoch}","eventId":${eventId},${request.members}}`;
    record.history ??= new History(record.headId);
    const bytes = record.history.append(frame, now);
    record.headId = eventId; // STREAM-1
    record.history.trim(
      this.bounds.historyEvents,
      this.bounds.historyBytes,
      now - this.bounds.historyMs,
    );
    const outcome: Appended = {
      kind: "appended",
      stream: record.name,
      epoch: record.epoch,
      eventId,
      publicationId: request.publicationId,
    };
    if (dedupKey !== undefined) this.#outcomes.set(dedupKey, { outcome, at: now });
    this.#tell({ stream: record.name, epoch: record.epoch, eventId, frame: bytes });
    return outcome;
  }

  recall(dedupKey: string): Appended | undefined {
    const known = this.#outcomes.get(dedupKey);
    if (known === undefined || known.at + this.bounds.dedupKeptMs <= this.clock.now()) {
      return undefined;
    }
    return { ...known.outcome, kind: "duplicate" };
  }

  readAfter(
    stream: string,
    position: { readonly epoch: string; readonly lastEventId: number },
    limits: PageLimits,
  ): SyncAnswer {
    const record = this.#used(stream);
    const { epoch, headId, history } = record;
    history?.trim(
      this.bounds.historyEvents,
      this.bounds.historyBytes,
      this.clock.now() - this.bounds.historyMs,
    );
    const reason = refreshReason(
      position,
      {
        epoch,
        headId,
        firstKeptId: history?.firstId ?? headId + 1,
        floorId: record.floorId,
        pagesAfter: (lastEventId) => pagesAfter(history, lastEventId, headId, limits),
      },
      limits.pages,
    );
    if (reason !== undefined) return { kind: "refresh", epoch, headId, reason };
    const afterId = position.lastEventId;
    if (history === undefined || afterId === headId) {
      return { kind: "page", epoch, headId, lastId: afterId, events: NOTHING };
    }
    const lastId = history.pageEnd(afterId, limits.pageEvents, limits.pageBytes);
    return { kind: "page", epoch, headId, lastId, events: history.slice(afterId, lastId) };
  }

  invalidate(stream: string): StreamHeadState {
    const record = this.#used(stream);
    record.floorId = record.headId;
    const head = { epoch: record.epoch, headId: record.headId };
    for (const listener of this.#listeners) listener.invalidated(record.name, head);
    return head;
  }

  subscribe(listener: LogListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }

  /** Epoch and head without counting as use. */
  peek(stream: string): StreamHeadState | undefined {
    return this.#streams.get(stream);
  }

  /** Forgets outcomes, history and streams whose time is over. */
  sweep(): void {
    const now = this.clock.now();
    for (const [key, known] of this.#outcomes) {
      if (known.at + this.bounds.dedupKeptMs > now) break;
      this.#outcomes.delete(key);
    }
    let excess = this.#streams.size - this.bounds.streams;
    for (const record of this.#streams.values()) {
      if (excess > 0 || record.usedAt + this.bounds.streamIdleMs <= now) {
        // Its name may come back; its epoch never does (STREAM-3).
        this.#streams.delete(record.name);
        excess -= 1;
        continue;
      }
      record.history?.trim(
        this.bounds.historyEvents,
        this.bounds.historyBytes,
        now - this.bounds.historyMs,
      );
      if (record.history?.count === 0) record.history = undefined;
    }
  }

  get size(): { readonly streams: number; readonly outcomes: number } {
    return { streams: this.#streams.size, outcomes: this.#outcomes.size };
  }

  #used(name: string): StreamRecord {
    let record = this.#streams.get(name);
    if (record === undefined) {
      this.#minted += 1;
      const epoch = flat(`${this.epochPrefix}${this.#minted.toString(36)}`); // STREAM-2
      record = { name, epoch, headId: 0, floorId: 0, history: undefined, usedAt: 0 };
      this.#streams.set(name, record);
    }
    record.usedAt = this.clock.now();
    return record;
  }

  #tell(event: LoggedEvent): void {
    for (const listener of this.#listeners) listener.appended(event);
  }
}

/** Counts pages up to one more than the bound. */
function pagesAfter(
  history: History | undefined,
  lastEventId: number,
  headId: number,
  limits: PageLimits,
): number {
  let pages = 0;
  for (
    let id = lastEventId;
    history !== undefined && id < headId && pages <= limits.pages;
    pages += 1
  ) {
    id = history.pageEnd(id, limits.pageEvents, limits.pageBytes);
  }
  return pages;
}

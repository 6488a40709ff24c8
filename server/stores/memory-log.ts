import type { Clock } from "../clock.js";
import { decimal } from "../decimal.js";
import { flat } from "../flat.js";
import { History } from "./history.js";
import { Outcomes, type OutcomeStream } from "./outcomes.js";
import type {
  Appended,
  AppendOutcome,
  AppendRequest,
  EventLog,
  Fence,
  LoggedEvent,
  LogListener,
  PageLimits,
  Settled,
  SettleRequest,
  StoreSize,
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
  /** Streams remembered; beyond, those go that nobody used for ten minutes. */
  readonly streams: number;
  /** How long an outcome is remembered for deduplication. */
  readonly dedupKeptMs: number;
}

interface StreamRecord extends OutcomeStream {
  headId: number;
  floorId: number;
  history: History | undefined;
  /** What stands in each EVENT between timestamp and eventId; made with the first. */
  prefix: string | undefined;
  usedAt: number;
}

/** A stream that nobody used for so long may be forgotten where there are too many. */
const COLD_MS = 600_000;
const LEAST_LOOKS = 2_000;
const SWEEPS_A_ROUND = 60;
const NOTHING = new Uint8Array(0);

/** An event as it is told. Its bytes are made for the first who asks: often nobody does. */
class ToldEvent implements LoggedEvent {
  #frame: Uint8Array | undefined;

  constructor(
    readonly stream: string,
    readonly epoch: string,
    readonly eventId: number,
    private readonly text: string,
  ) {}

  get frame(): Uint8Array {
    return (this.#frame ??= Buffer.from(this.text));
  }
}

/** The log of one process. Every method answers at once. */
export class MemoryLog implements EventLog {
  readonly #streams = new Map<string, StreamRecord>();
  /** The one that was asked for last: events of one come in runs. */
  #latest: { readonly asked: string; readonly record: StreamRecord } | undefined;
  /** Those with events in their history. */
  readonly #kept = new Set<StreamRecord>();
  #cursor = this.#streams.values();
  readonly #outcomes: Outcomes;
  readonly #listeners: LogListener[] = [];
  #minted = 0;
  /** What the last sweep counted. */
  #swept = { historyEvents: 0, historyBytes: 0 };

  constructor(
    private readonly clock: Clock,
    private readonly bounds: LogBounds,
    /** Makes epochs unlike those of every other life of a store. */
    private readonly epochPrefix: string,
    private readonly holds: (fence: Fence) => boolean,
  ) {
    this.#outcomes = new Outcomes(bounds.dedupKeptMs, clock.now());
  }

  heads(streams: readonly string[]): StreamHeadState[] {
    return streams.map((name) => this.#used(name));
  }

  append(request: AppendRequest): AppendOutcome {
    const { dedupOwner, dedupKey, fence, publicationId } = request;
    if (dedupKey !== undefined) {
      const original = this.recall(dedupOwner, dedupKey);
      if (original !== undefined) return original;
    }
    if (fence !== undefined && !this.holds(fence)) return { kind: "fenced" }; // MSG-7, SESS-17
    const now = this.clock.now();
    const record = this.#record(request.stream, now);
    const eventId = record.headId + 1;
    const { name, epoch } = record;
    record.prefix ??= flat(`","stream":${JSON.stringify(name)},"epoch":"${epoch}","eventId":`);
    if (record.history === undefined) {
      record.history = new History(record.headId);
      this.#kept.add(record);
    }
    const frame = `{"type":"EVENT","timestamp":"${request.timestamp}${record.prefix}${decimal(eventId)},${request.members}}`;
    record.history.append(frame, now);
    record.headId = eventId; // STREAM-1
    this.#trim(record.history, now);
    if (dedupKey !== undefined) {
      this.#outcomes.remember(dedupOwner, dedupKey, record, eventId, publicationId, now);
    }
    const event = new ToldEvent(name, epoch, eventId, frame);
    for (const listener of this.#listeners) listener.appended(event);
    return { kind: "appended", stream: name, epoch, eventId, publicationId };
  }

  recall(dedupOwner: string | undefined, dedupKey: string): Appended | Settled | undefined {
    return this.#outcomes.recall(dedupOwner, dedupKey);
  }

  settle({ dedupOwner, dedupKey, fence }: SettleRequest): AppendOutcome {
    const original = this.recall(dedupOwner, dedupKey);
    if (original !== undefined) return original;
    if (!this.holds(fence)) return { kind: "fenced" }; // SESS-17
    this.#outcomes.settle(dedupOwner, dedupKey, this.clock.now());
    return { kind: "appended" };
  }

  readAfter(
    stream: string,
    position: { readonly epoch: string; readonly lastEventId: number },
    limits: PageLimits,
  ): SyncAnswer {
    const record = this.#used(stream);
    const { epoch, headId, history } = record;
    if (history !== undefined) this.#trim(history, this.clock.now());
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
    this.#outcomes.sweep(now);
    let historyEvents = 0;
    let historyBytes = 0;
    for (const record of this.#kept) {
      const { history } = record;
      if (history !== undefined) this.#trim(history, now);
      historyEvents += history?.count ?? 0;
      historyBytes += history?.bytes ?? 0;
      if (history?.count !== 0) continue;
      record.history = undefined;
      this.#kept.delete(record);
    }
    this.#swept = { historyEvents, historyBytes };
    this.#forgetUnused(now);
  }

  /** Looks at a share of the streams each time, so that many of them never cost one long moment. */
  #forgetUnused(now: number): void {
    const { streams, streamIdleMs } = this.bounds;
    let looks = Math.max(LEAST_LOOKS, this.#streams.size / SWEEPS_A_ROUND);
    let excess = this.#streams.size - streams;
    for (; looks > 0; looks -= 1) {
      const next = this.#cursor.next();
      if (next.done === true) {
        this.#cursor = this.#streams.values();
        return;
      }
      const record = next.value;
      const isCold = record.history === undefined && record.usedAt + COLD_MS <= now;
      if (record.usedAt + streamIdleMs > now && !(excess > 0 && isCold)) continue;
      // Its name may come back; its epoch never does (STREAM-3).
      this.#streams.delete(record.name);
      this.#latest = undefined;
      excess -= 1;
    }
  }

  ageOf(stream: string, eventId: number): number | undefined {
    const at = this.#streams.get(stream)?.history?.appendedAt(eventId);
    return at === undefined ? undefined : this.clock.now() - at;
  }

  get size(): StoreSize {
    const { size: streams } = this.#streams;
    return { streams, outcomes: this.#outcomes.size, ...this.#swept };
  }

  #used(name: string): StreamRecord {
    return this.#record(name, this.clock.now());
  }

  #record(asked: string, now: number): StreamRecord {
    const latest = this.#latest;
    let record = asked === latest?.asked ? latest.record : this.#streams.get(asked);
    if (record === undefined) {
      const name = flat(asked);
      this.#minted += 1;
      const epoch = flat(`${this.epochPrefix}${this.#minted.toString(36)}`); // STREAM-2
      record = {
        name,
        epoch,
        index: this.#minted,
        headId: 0,
        floorId: 0,
        history: undefined,
        prefix: undefined,
        usedAt: now,
      };
      this.#streams.set(name, record);
    } else record.usedAt = now;
    if (asked !== latest?.asked) this.#latest = { asked, record };
    return record;
  }

  #trim(history: History, now: number): void {
    const { historyEvents, historyBytes, historyMs } = this.bounds;
    history.trim(historyEvents, historyBytes, now - historyMs);
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

import type { Scope } from "../generated/typescript/messages.js";
import { whenDone } from "./awaiting.js";
import { flat } from "./flat.js";
import { aboutMembers, fullRefreshFrame, syncFrame } from "./frames.js";
import type {
  EventLog,
  LoggedEvent,
  PageLimits,
  StreamHeadState,
  SyncAnswer,
} from "./stores/store.js";

/** To whom a feed brings what it has. */
export interface FeedReader {
  /** The next event of a feed. */
  event(event: LoggedEvent): void;
  /** A frame that every live session of the feed is to have now. */
  frame(frame: string | Uint8Array): void;
}

/** What a feed needs of its server. */
export interface FeedEnvironment {
  readonly log: EventLog;
  readonly stamp: () => string;
  readonly pages: PageLimits;
  readonly failed: (error: unknown) => void;
}

const NOBODY: readonly FeedReader[] = [];
const UNBOUNDED_PAGES = 1_000_000;

/** One stream as this instance sees it: how far its sessions were brought, and who they are. */
export class Feed {
  readonly stream: string;
  /** Its scope and module as JSON members behind a comma. */
  readonly about: string;
  #readers: readonly FeedReader[] = NOBODY;
  epoch: string;
  /** The last id that was handed to the readers. */
  fannedId: number;
  /** The head of the log when it was last asked (POS-11). */
  logHeadId: number;
  /** When it was last asked; -Infinity before the first time. */
  askedAt = -Infinity;
  #isFilling = false;
  #page: { fromId: number; lastId: number; headId: number; frame: Uint8Array } | undefined;

  constructor(
    private readonly environment: FeedEnvironment,
    stream: string,
    about: { readonly scope: Scope; readonly module?: string },
    head: StreamHeadState,
  ) {
    this.stream = flat(stream);
    this.about = flat(aboutMembers(about.scope, about.module));
    this.epoch = head.epoch;
    this.fannedId = head.headId;
    this.logHeadId = head.headId;
  }

  get isRead(): boolean {
    return this.#readers.length > 0;
  }

  join(reader: FeedReader): void {
    this.#readers = this.isRead ? [...this.#readers, reader] : [reader];
  }

  leave(reader: FeedReader): void {
    this.#readers = this.#readers.filter((other) => other !== reader);
  }

  /** Takes an event that fan-out brought. */
  receive(event: LoggedEvent): void {
    if (event.epoch !== this.epoch) {
      this.#restart(event.epoch, event.eventId);
      return;
    }
    if (event.eventId <= this.fannedId) return;
    if (event.eventId > this.fannedId + 1) {
      this.fill(); // POS-14: the hole first
      return;
    }
    this.fannedId = event.eventId; // STREAM-4
    for (const reader of this.#readers) reader.event(event);
  }

  /** Takes the head of the log, which may be ahead of what fan-out brought. */
  observe(head: StreamHeadState): void {
    if (head.epoch !== this.epoch) this.#restart(head.epoch, head.headId);
    this.logHeadId = head.headId;
    if (head.headId > this.fannedId) this.fill();
  }

  /** True where the log has more than the sessions were given. */
  get isBehind(): boolean {
    return this.logHeadId > this.fannedId;
  }

  /** The application set a floor: whoever is live is brought to it (REFRESH-7). */
  invalidated(head: StreamHeadState): void {
    if (head.epoch !== this.epoch) this.#restart(head.epoch, head.headId);
    else this.#refresh("invalidated", head.headId);
  }

  /** Brings the readers what the log has beyond the last id they were given. */
  fill(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    const fromId = this.fannedId;
    const { log, pages, failed } = this.environment;
    whenDone(
      () =>
        log.readAfter(
          this.stream,
          { epoch: this.epoch, lastEventId: fromId },
          { ...pages, pages: UNBOUNDED_PAGES },
        ),
      (answer) => {
        this.#isFilling = false;
        if (answer.kind === "refresh") {
          if (answer.epoch !== this.epoch) this.#restart(answer.epoch, answer.headId);
          else this.#refresh(answer.reason, answer.headId);
          return;
        }
        if (answer.lastId === fromId) return;
        this.fannedId = answer.lastId;
        const frame = this.pageFrame(fromId, answer);
        for (const reader of this.#readers) reader.frame(frame);
        if (answer.lastId < answer.headId) this.fill();
      },
      (error) => {
        this.#isFilling = false;
        failed(error);
      },
    );
  }

  /** True where a page reaches all that is known now (SYNC-28). */
  isComplete(answer: Extract<SyncAnswer, { kind: "page" }>): boolean {
    return answer.lastId >= answer.headId && answer.lastId >= this.fannedId;
  }

  /** A SYNC; many who resume from the same position get the same bytes. */
  pageFrame(fromId: number, answer: Extract<SyncAnswer, { kind: "page" }>): Uint8Array {
    const headId = Math.max(answer.headId, answer.epoch === this.epoch ? this.fannedId : 0);
    const { epoch, lastId, events } = answer;
    const known = this.#page;
    if (known?.fromId === fromId && known.lastId === lastId && known.headId === headId) {
      return known.frame;
    }
    const complete = this.isComplete(answer);
    const frame = syncFrame(this.environment.stamp(), {
      stream: this.stream,
      epoch,
      fromId,
      events,
      headId,
      complete,
    });
    this.#page = lastId > fromId ? { fromId, lastId, headId, frame } : undefined;
    return frame;
  }

  /** REFRESH-9: with the head at the time of writing. */
  refreshFrame(reason: string, head: StreamHeadState): string {
    const isCurrent = head.epoch === this.epoch;
    const lastEventId = isCurrent ? Math.max(head.headId, this.fannedId) : head.headId;
    return fullRefreshFrame(
      this.environment.stamp(),
      { stream: this.stream, epoch: head.epoch, lastEventId, reason },
      this.about,
    );
  }

  #restart(epoch: string, headId: number): void {
    this.epoch = epoch;
    this.fannedId = 0;
    this.logHeadId = headId;
    this.#page = undefined;
    this.#refresh("epoch_changed", headId);
  }

  #refresh(reason: string, headId: number): void {
    this.fannedId = Math.max(this.fannedId, headId);
    const frame = this.refreshFrame(reason, { epoch: this.epoch, headId });
    for (const reader of this.#readers) reader.frame(frame);
  }
}

import type { Clock } from "./clock.js";
import type { Feed, FeedReader } from "./feed.js";
import type { PresenceGroup } from "./presence-group.js";
import type { LoggedEvent } from "./stores/store.js";

/** A session as an audience sees it. */
export interface Member {
  /** Where it stands in its shared audience. */
  seat: number;
  readonly isLive: boolean;
  write(frame: string | Uint8Array): void;
  writeAll(frames: readonly (string | Uint8Array)[]): void;
  /** Takes an event while not live. */
  offer(event: LoggedEvent): void;
  /** Takes a change of presence while not live. */
  offerPresence(frame: string | Uint8Array): void;
}

/** Somebody who holds frames back until the events of the turn are written. */
export interface Holder {
  /** Writes what is still held. */
  letGo(): void;
}

/** A larger batch is written frame by frame, so that a socket that fills up meanwhile is noticed. */
const MOST_BYTES_AT_ONCE = 131_072;

/** Stand for empty lists; never pushed to. */
const NOBODY: Member[] = [];
const NO_EVENTS: LoggedEvent[] = [];

/**
 * Sessions with the same feeds. Those of a server share a few audiences, and each user has one for their
 * own stream. An event thus finds its sessions without a list for each stream and session, and what one
 * turn brings leaves in one write a session.
 */
export class Audience implements FeedReader {
  #members = NOBODY;
  #feedsByStream: ReadonlyMap<string, Feed> | undefined;
  #groupsByName: ReadonlyMap<string, PresenceGroup> | undefined;
  #groupNames: readonly string[] | undefined;
  #batch = NO_EVENTS;

  constructor(
    /** Identifies the set of feeds among the shared audiences; empty for a user's own. */
    readonly key: string,
    readonly modules: readonly string[],
    readonly feeds: readonly Feed[],
    readonly groups: readonly PresenceGroup[],
    private readonly delivery: Delivery,
  ) {}

  /** Events of this turn are still to be written. */
  get isWaiting(): boolean {
    return this.#batch.length > 0;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  feed(stream: string): Feed | undefined {
    const [only] = this.feeds;
    if (this.feeds.length <= 1) return only?.stream === stream ? only : undefined;
    this.#feedsByStream ??= new Map(this.feeds.map((feed) => [feed.stream, feed]));
    return this.#feedsByStream.get(stream);
  }

  get groupNames(): readonly string[] {
    this.#groupNames ??= this.groups.map(({ name }) => name);
    return this.#groupNames;
  }

  group(name: string): PresenceGroup | undefined {
    this.#groupsByName ??= new Map(this.groups.map((group) => [group.name, group]));
    return this.#groupsByName.get(name);
  }

  join(member: Member): void {
    if (this.key !== "") member.seat = this.#members.length;
    // A list that begins with its member takes the room of one, not of the first growth.
    if (this.#members.length === 0) this.#members = [member];
    else this.#members.push(member);
  }

  leave(member: Member): void {
    const seat = this.key === "" ? this.#members.indexOf(member) : member.seat;
    if (this.#members[seat] !== member) return;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#members[seat] = last;
    if (this.key !== "") last.seat = seat;
  }

  event(event: LoggedEvent): void {
    if (this.#members.length === 0) return;
    if (this.#batch.length === 0) {
      this.#batch = [event];
      this.delivery.await(this);
    } else this.#batch.push(event);
  }

  frame(frame: string | Uint8Array): void {
    this.delivery.flush();
    for (const member of [...this.#members]) {
      if (member.isLive) member.write(frame);
      else member.offerPresence(frame);
    }
  }

  /** Writes what waits; answers how many events that were. */
  flush(): number {
    const events = this.#batch;
    this.#batch = NO_EVENTS;
    const frames: Uint8Array[] = [];
    let bytes = 0;
    for (const { frame } of events) {
      frames.push(frame);
      bytes += frame.length;
    }
    const fitsOneWrite = frames.length > 1 && bytes <= MOST_BYTES_AT_ONCE;
    for (const member of this.#members) {
      if (fitsOneWrite && member.isLive) {
        member.writeAll(frames);
        continue;
      }
      for (const event of events) {
        if (member.isLive) member.write(event.frame);
        else member.offer(event);
      }
    }
    return events.length;
  }
}

/** Told how many events were handed to all live sessions of an audience, and how long the first took. */
export interface DeliveryWatch {
  delivered(ms: number, events: number): void;
}

/** Gathers what one turn of the event loop brings, so that it leaves in one write a session. */
export class Delivery {
  #waiting: Audience[] = [];
  #holding: Holder[] = [];
  /** When the first event came that waits. */
  #since = 0;
  readonly #flush: () => void;

  constructor(
    private readonly clock: Pick<Clock, "now" | "defer">,
    private readonly watch: DeliveryWatch,
    guarded: (task: () => void) => () => void,
  ) {
    this.#flush = guarded(() => {
      this.flush();
    });
  }

  await(audience: Audience): void {
    if (this.#waiting.length === 0) {
      this.#since = this.clock.now();
      this.clock.defer(this.#flush);
    }
    this.#waiting.push(audience);
  }

  /** Lets a member hold back what it would write now, while events wait that are written with it. */
  hold(holder: Holder): void {
    this.#holding.push(holder);
  }

  /** Writes now what waits, so that it stands before whatever is written next. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    const holding = this.#holding;
    this.#waiting = [];
    this.#holding = [];
    const since = this.#since;
    for (const audience of waiting) {
      const events = audience.flush();
      this.watch.delivered(this.clock.now() - since, events);
    }
    for (const holder of holding) holder.letGo();
  }
}

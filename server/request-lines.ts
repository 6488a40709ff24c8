import type { StreamPosition } from "../generated/typescript/messages.js";
import type { UserRates, UserUsage } from "./rates.js";
import type { MessageHead } from "./session-input.js";

/** A MESSAGE that was read and is not answered yet. */
export interface WaitingMessage {
  readonly frame: MessageHead;
  /** The payload as JSON text. */
  readonly payload: string;
}

interface OwnPresence {
  readonly status: string;
  readonly metadata: string | undefined;
}

type SyncRequest = Map<string, StreamPosition>;

/** Requests for the same streams are merged beyond so many waiting ones. */
const MOST_WAITING_SYNCS = 64;
const STATES_PAUSE_MS = 1_000;

/** What a client asked for and a session has not done yet, because it is done in order or at a pace. */
export class RequestLines {
  readonly #rates: UserRates;
  readonly #usage: UserUsage;
  readonly #messages: WaitingMessage[] = [];
  #current: WaitingMessage | undefined;
  /** The current one is with the world and its answer is awaited. */
  #isOut = false;
  /** The current one was counted against the rate. */
  #isCounted = false;
  #retryAt = -Infinity;
  #isHurried = false;
  #syncs: SyncRequest[] | undefined;
  /** Stream to the position from which a page continues. */
  #continuations: Map<string, number> | undefined;
  #presence: OwnPresence | undefined;
  #states: Set<string> | undefined;
  #statesAt = -Infinity;

  constructor(rates: UserRates, usage: UserUsage) {
    this.#rates = rates;
    this.#usage = usage;
  }

  /** When anything here may be done; Infinity when nothing waits for time. */
  get nextAt(): number {
    let at = Infinity;
    if (!this.#isOut && this.#current !== undefined) {
      at = this.nextMessageAt(-Infinity);
    }
    if (this.#syncs !== undefined) {
      at = Math.min(at, this.#rates.syncs.earliest(this.#usage.syncs));
    }
    if (this.#presence !== undefined) {
      at = Math.min(at, this.#rates.presence.earliest(this.#usage.presence));
    }
    if (this.#states !== undefined) at = Math.min(at, this.#statesAt + STATES_PAUSE_MS);
    return at;
  }

  // Messages

  get unanswered(): number {
    return this.#messages.length + (this.#current === undefined ? 0 : 1);
  }

  /** The message whose answer is awaited. */
  get current(): WaitingMessage | undefined {
    return this.#current;
  }

  addMessage(message: WaitingMessage): void {
    if (this.#current === undefined) this.#current = message;
    else this.#messages.push(message);
  }

  /** When the first waiting message may be handled, `now` at the earliest. */
  nextMessageAt(now: number): number {
    // MSG-14: paced. Before a leave everything read is handled at once, and the debt stays with the user.
    const isFree = this.#isHurried || this.#isCounted;
    const paced = isFree ? -Infinity : this.#pacedUntil();
    return Math.max(now, this.#retryAt, paced);
  }

  /** When both limits of the current message, that of all and that of its class, have room for it. */
  #pacedUntil(): number {
    const { messages, classes } = this.#rates;
    const until = messages.earliest(this.#usage.messages);
    const limit = classes?.get(this.#current?.frame.event ?? "");
    if (limit === undefined) return until;
    return Math.max(until, limit.rate.earliest(this.#usage.classes?.[limit.index] ?? 0));
  }

  /** The message to handle now, if one may be. */
  takeMessage(now: number): WaitingMessage | undefined {
    const current = this.#current;
    if (current === undefined || this.#isOut || this.nextMessageAt(now) > now) return undefined;
    this.#isOut = true;
    return current;
  }

  /** Counts the current message against the rate, once however often it is tried. */
  countMessage(now: number): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    const { messages, classes } = this.#rates;
    this.#usage.messages = messages.taken(this.#usage.messages, now);
    const limit = classes?.get(this.#current?.frame.event ?? "");
    if (limit === undefined) return;
    const used = (this.#usage.classes ??= new Array<number>(classes?.size ?? 0).fill(0));
    used[limit.index] = limit.rate.taken(used[limit.index] ?? 0, now);
  }

  answered(): void {
    this.#current = this.#messages.shift();
    this.#isOut = false;
    this.#isCounted = false;
    this.#retryAt = -Infinity;
  }

  /** The current message is to be handled again. */
  retryAt(at: number): void {
    this.#isOut = false;
    this.#retryAt = at;
  }

  hurry(): void {
    this.#isHurried = true;
  }

  // Syncs

  /** Takes a request; answers whether it has to wait. */
  addSync(positions: readonly StreamPosition[], now: number): boolean {
    if (positions.length === 0) return false;
    const request: SyncRequest = new Map(positions.map((position) => [position.stream, position]));
    const waiting = (this.#syncs ??= []);
    const last = waiting.at(-1);
    if (last === undefined || waiting.length < MOST_WAITING_SYNCS) waiting.push(request);
    else for (const [stream, position] of request) last.set(stream, position);
    return !this.#maySync(waiting[0], now);
  }

  /** Positions to be answered now. */
  takeSyncs(now: number): readonly StreamPosition[] {
    const taken: StreamPosition[] = [];
    while (this.#syncs !== undefined) {
      const request = this.#syncs[0];
      if (request !== undefined) {
        if (!this.#maySync(request, now)) break;
        if (!this.#isContinuation(request)) {
          this.#usage.syncs = this.#rates.syncs.taken(this.#usage.syncs, now);
        }
        for (const position of request.values()) {
          this.#continuations?.delete(position.stream);
          taken.push(position);
        }
        this.#syncs.shift();
      }
      if (this.#syncs.length === 0) this.#syncs = undefined;
    }
    return taken;
  }

  /** SYNC-31: a request from here is not counted. */
  expectContinuation(stream: string, from: number): void {
    (this.#continuations ??= new Map()).set(stream, from);
  }

  #maySync(request: SyncRequest | undefined, now: number): boolean {
    if (request === undefined || this.#isContinuation(request)) return true;
    return this.#rates.syncs.earliest(this.#usage.syncs) <= now; // SYNC-23
  }

  #isContinuation(request: SyncRequest): boolean {
    for (const { stream, lastEventId } of request.values()) {
      if (this.#continuations?.get(stream) !== lastEventId) return false;
    }
    return true;
  }

  // Presence

  /** LIMIT-3: the latest wins. */
  addPresence(presence: OwnPresence): void {
    this.#presence = presence;
  }

  takePresence(now: number): OwnPresence | undefined {
    const presence = this.#presence;
    if (presence === undefined || this.#rates.presence.earliest(this.#usage.presence) > now) {
      return undefined;
    }
    this.#presence = undefined;
    this.#usage.presence = this.#rates.presence.taken(this.#usage.presence, now);
    return presence;
  }

  addStates(groups: readonly string[]): void {
    if (groups.length === 0) return;
    this.#states ??= new Set();
    for (const group of groups) this.#states.add(group);
  }

  /** Groups to be answered now; asked more often, they are answered together. */
  takeStates(now: number): readonly string[] {
    const states = this.#states;
    if (states === undefined || this.#statesAt + STATES_PAUSE_MS > now) return [];
    this.#states = undefined;
    this.#statesAt = now;
    return [...states];
  }
}

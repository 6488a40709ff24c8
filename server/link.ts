import type { Holder, Member } from "./audience.js";
import type { Seats } from "./audiences.js";
import { decodeMessage } from "./decode.js";
import type { Timed } from "./deadlines.js";
import type { Metrics } from "./metrics.js";
import type { Session } from "./session.js";
import type { StoppedAt } from "./repair.js";
import type { SessionEffect, SessionInput, SessionSet, Shown } from "./session-input.js";
import type { Fence, LoggedEvent, RenewedSession } from "./stores/store.js";
import type { Connection, Socket } from "./transports/transport.js";

/** What a link asks of its hub. */
export interface LinkHost {
  now(): number;
  /** Until `endTurn` the time stands still. */
  beginTurn(): void;
  endTurn(): void;
  readonly maxFrameBytes: number;
  readonly congestedBytes: number;
  perform(link: Link, effect: SessionEffect): void;
  schedule(link: Link): void;
  /** Hands on the events that wait for the end of the turn. */
  flush(): void;
  /** Has a link let go of what it holds when those events are written. */
  hold(link: Link): void;
  /** The socket is over, or the session is. Comes once. */
  over(link: Link, code: number): void;
  failed(error: unknown): void;
  readonly metrics: Pick<Metrics, "roundTrip">;
  counted(direction: "in" | "out", bytes: number, name: string): void;
}

/** A session's round trip is measured so often at most. */
const MEASURE_EVERY_MS = 60_000;

/** One connection: ties a socket to a session and a session to the hub, and keeps either from being re-entered. */
export class Link implements Connection, Member, Holder, SessionSet, Timed, RenewedSession {
  seat = -1;
  heapIndex = -1;
  dueAt = 0;

  userId = "";
  sessionId = "";
  generation = "";
  deviceId: string | undefined;
  attempt: number | undefined;
  intentAt = 0;
  seats: Seats | undefined;
  /** CONNECT is written. */
  isAdmitted = false;
  stoppedAt: StoppedAt | undefined;
  /** What its client asked to show last. */
  shown: Shown | undefined;
  /** A write to its presence failed and has to be repeated. */
  owesPresence = false;
  /** The code with which this side ended the session, or else with which its socket did. */
  endCode: number | undefined;
  readonly openedAt: number;
  #isBusy = false;
  /** Inputs that came while one was being handled: the first, and the others in order. */
  #next: SessionInput | undefined;
  #inbox: SessionInput[] | undefined;
  #isOver = false;
  /** What leaves before the events of this turn, in one write with them. */
  #held: (string | Uint8Array)[] | undefined;
  #measuredAt: number;
  /** The oldest ping that waits for its pong; -1 without one. */
  #pingedAt = -1;
  #proof: { pongsLeft: number; readonly done: () => void } | undefined;

  constructor(
    private readonly host: LinkHost,
    readonly socket: Socket,
    readonly session: Session,
  ) {
    this.openedAt = host.now();
    this.#measuredAt = this.openedAt;
  }

  get isLive(): boolean {
    return this.session.isLive;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isRegistered(): boolean {
    return this.generation !== "";
  }

  get isCongested(): boolean {
    return this.socket.bufferedBytes() > this.host.congestedBytes;
  }

  get fence(): Fence {
    const { userId, sessionId, generation } = this;
    return { userId, sessionId, generation };
  }

  get intentAgeMs(): number {
    return this.host.now() - this.intentAt;
  }

  // What the socket brings

  received(data: ArrayBuffer | Uint8Array, isBinary: boolean): void {
    const input = decodeMessage(data, isBinary, this.host.maxFrameBytes);
    this.host.counted("in", data.byteLength, input.name);
    this.host.beginTurn();
    try {
      this.deliver(input);
    } finally {
      this.host.endTurn();
    }
  }

  ponged(): void {
    if (this.#pingedAt >= 0) this.host.metrics.roundTrip(this.host.now() - this.#pingedAt);
    this.#pingedAt = -1;
    this.deliver(PONG);
    const proof = this.#proof;
    if (proof === undefined) return;
    proof.pongsLeft -= 1;
    if (proof.pongsLeft > 0) this.ping();
    else {
      this.#proof = undefined;
      proof.done();
    }
  }

  /** SESS-5: pings twice and calls `done` when both were answered. */
  expectProof(done: () => void): void {
    this.#proof = { pongsLeft: 2, done };
    this.ping();
  }

  /** The first ping of a proof may have been lost with its answer. */
  pingAgain(): void {
    if (this.#proof?.pongsLeft === 2) this.ping();
  }

  /** Pings once a minute, after a heartbeat: the client's radio is awake then. */
  measure(now: number): void {
    if (now < this.#measuredAt + MEASURE_EVERY_MS) return;
    this.#measuredAt = now;
    this.ping();
  }

  ping(): void {
    if (this.#pingedAt < 0) this.#pingedAt = this.host.now();
    try {
      this.socket.ping();
    } catch (error) {
      this.#socketFailed(error);
    }
  }

  drained(): void {
    if (this.socket.bufferedBytes() >= this.host.congestedBytes / 4) return;
    // What waits belongs to the pause: written live it would overtake the repair.
    if (this.session.state === "paused") this.host.flush();
    this.deliver(DRAINED);
  }

  closed(code: number): void {
    this.deliver({ name: "ended", code });
    if (this.#isOver) return;
    this.#isOver = true;
    this.host.over(this, code);
  }

  // What the hub brings

  /** Hands an input to the session and performs what it asks; one after the other, never nested. */
  deliver(input: SessionInput): void {
    if (this.#isBusy) {
      if (this.#next === undefined) this.#next = input;
      else (this.#inbox ??= []).push(input);
      return;
    }
    this.#isBusy = true;
    try {
      const now = this.host.now();
      let next: SessionInput | undefined = input;
      while (next !== undefined) {
        this.#perform(this.session.handle(next, now));
        next = this.#taken();
      }
    } catch (error) {
      this.#fault(error);
    } finally {
      this.#isBusy = false;
    }
    if (this.heapIndex < 0 || this.session.deadline < this.dueAt) this.host.schedule(this);
  }

  tick(now: number): number {
    this.#isBusy = true;
    try {
      this.#perform(this.session.tick(now));
    } catch (error) {
      this.#fault(error);
    } finally {
      this.#isBusy = false;
    }
    const next = this.#taken();
    if (next !== undefined) this.deliver(next);
    return this.session.deadline;
  }

  #taken(): SessionInput | undefined {
    const next = this.#next;
    this.#next = this.#inbox?.shift();
    if (this.#inbox?.length === 0) this.#inbox = undefined;
    return next;
  }

  /**
   * Writes now, but for a MESSAGE_ACK, which leaves with the events of this turn where some are about to be
   * written here. Nothing else waits: the peer may be gone before the turn is over.
   */
  write(frame: string | Uint8Array): void {
    this.host.counted("out", frame.length, "");
    if (this.#isAwaitingEvents && isAck(frame)) {
      if (this.#held === undefined) this.host.hold(this);
      (this.#held ??= []).push(frame);
    } else if (this.#held === undefined) this.#send(frame);
    else this.#sendAll([...this.#letGo(), frame]);
  }

  writeAll(frames: readonly (string | Uint8Array)[]): void {
    for (const frame of frames) this.host.counted("out", frame.length, "");
    this.#sendAll(this.#held === undefined ? frames : [...this.#letGo(), ...frames]);
  }

  letGo(): void {
    if (this.#held !== undefined) this.#sendAll(this.#letGo());
  }

  get #isAwaitingEvents(): boolean {
    const { seats } = this;
    return seats !== undefined && (seats.personal.isWaiting || seats.shared.isWaiting);
  }

  #letGo(): readonly (string | Uint8Array)[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }

  #send(frame: string | Uint8Array): void {
    try {
      if (!this.socket.send(frame)) this.#checkBuffer();
    } catch (error) {
      this.#socketFailed(error);
    }
  }

  #sendAll(frames: readonly (string | Uint8Array)[]): void {
    try {
      if (!this.socket.sendAll(frames)) this.#checkBuffer();
    } catch (error) {
      this.#socketFailed(error);
    }
  }

  offer({ stream, eventId, frame }: LoggedEvent): void {
    this.stoppedAt?.miss(stream, eventId);
    this.deliver({ name: "event", stream, eventId, frame });
  }

  offerPresence(frame: string | Uint8Array): void {
    // What waits its turn here would come after the whole group, which is told next, and be stale.
    if (!this.#isBusy) this.deliver({ name: "presence", frame });
  }

  // SessionSet: what the session may see now

  hasStream(stream: string): boolean {
    const { seats } = this;
    return seats?.shared.feed(stream) !== undefined || seats?.personal.feed(stream) !== undefined;
  }

  hasGroup(name: string): boolean {
    return this.seats?.shared.group(name) !== undefined;
  }

  #perform(effects: readonly SessionEffect[]): void {
    for (const effect of effects) this.host.perform(this, effect);
  }

  #checkBuffer(): void {
    const waiting = this.socket.bufferedBytes();
    if (waiting <= this.host.congestedBytes) return;
    if (this.session.state !== "paused") this.deliver(CONGESTED);
    else if (waiting > this.host.congestedBytes * HOPELESS) this.socket.terminate();
  }

  /** A socket that throws costs its own connection: what is under way for the others goes on (ERR-10). */
  #socketFailed(error: unknown): void {
    this.host.failed(error);
    this.deliver(FAULT);
  }

  /** A fault of ours costs this connection and no other (ERR-10). */
  #fault(error: unknown): void {
    this.host.failed(error);
    try {
      this.#perform(this.session.handle(FAULT, this.host.now()));
    } catch (second) {
      this.host.failed(second);
      this.socket.terminate();
    }
  }
}

function isAck(frame: string | Uint8Array): boolean {
  return typeof frame === "string" && frame.startsWith('{"type":"MESSAGE_ACK"');
}

/** Replies that a peer provokes without reading them may fill so many times the bound of live delivery. */
const HOPELESS = 8;

const PONG: SessionInput = { name: "pong" };
const DRAINED: SessionInput = { name: "drained" };
const CONGESTED: SessionInput = { name: "congested" };
const FAULT: SessionInput = { name: "fault" };

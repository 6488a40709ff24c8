import {
  CLOSE_CODES,
  closeRule,
  SERVER_CONNECTION,
  type KnownErrorCode,
  type ServerConnectionInput,
  type ServerConnectionState,
} from "../generated/typescript/tables.js";
import { connectFrame, disconnectFrame, pongFrame } from "./frames.js";
import type {
  FrameInput,
  Grant,
  SessionEffect,
  SessionInput,
  StoreReply,
} from "./session-input.js";
import { inputsOf, isFrame, leads } from "./session-moves.js";
import { SessionRequests } from "./session-requests.js";
import { Turn, type SessionEnvironment } from "./turn.js";

const NOTHING: readonly SessionEffect[] = [];
const PING: SessionEffect = { do: "ping" };
const HEARTBEAT: SessionEffect = { do: "heartbeat" };
/** How long a peer may take to answer a close frame. */
const CLOSE_WAIT_MS = 5_000;

interface Waits {
  readonly retryAfterMs?: number;
  readonly spreadMs?: number;
}

/**
 * The server side of one connection: a machine that owns no socket, timer, clock or randomness. Its moves
 * are those of spec/lifecycle.yaml; an input that its state does not list is ignored.
 */
export class Session {
  readonly #environment: SessionEnvironment;
  #state: ServerConnectionState = SERVER_CONNECTION.initial;
  #inputs = inputsOf(SERVER_CONNECTION.initial);
  /** There while the session is open to requests. */
  #requests: SessionRequests | undefined;
  /** Events that arrived before CONNECT was written (CONN-16). */
  #held: Extract<SessionInput, { name: "event" }>[] | undefined;
  /** Instants of malformed frames within the window. */
  #violations: number[] | undefined;
  #isLeaving = false;
  #isRefreshing = false;

  #heardAt: number;
  #isPinged = false;
  #silenceMs = Infinity;
  #pausedAt = Infinity;
  #expiresAt = Infinity;
  /** The end of opening, then of closing. */
  #patienceUntil: number;

  constructor(environment: SessionEnvironment, now: number) {
    this.#environment = environment;
    this.#heardAt = now;
    this.#patienceUntil = now + environment.settings.timers.connectTimeoutMs;
  }

  get state(): ServerConnectionState {
    return this.#state;
  }

  /** True where an event is simply written: the hub then spares the input. */
  get isLive(): boolean {
    return this.#state === "connected";
  }

  /** When `tick` next has work; Infinity without any. */
  get deadline(): number {
    switch (this.#state) {
      case "opening":
      case "closing":
        return this.#patienceUntil;
      case "connected":
      case "paused":
        return Math.min(
          this.#heardAt + (this.#isPinged ? this.#silenceMs : this.#silenceMs / 2),
          this.#expiresAt,
          this.#pausedAt + this.#environment.settings.timers.slowConsumerMs,
          this.#requests?.nextAt ?? Infinity,
        );
      case "closed":
        return Infinity;
    }
  }

  /** Does everything that is due at `now`. */
  tick(now: number): readonly SessionEffect[] {
    let effects = NOTHING;
    for (let name = this.#due(now); name !== undefined; name = this.#due(now)) {
      effects = [...effects, ...this.handle({ name }, now)];
    }
    return effects;
  }

  /** Takes one input and returns what is to be done, in order. Never throws for what a peer sent. */
  handle(input: SessionInput, now: number): readonly SessionEffect[] {
    const turn = new Turn(this.#environment, now);
    const { name } = input;
    const answer = this.#inputs.get(name);
    if (answer === undefined) {
      turn.note({ kind: "ignored", input: name, state: this.#state });
    } else if (isFrame(input, answer)) this.#frame(input, turn);
    else this.#take(input, turn);
    return turn.effects;
  }

  #take(input: Exclude<SessionInput, FrameInput>, turn: Turn): void {
    const { name } = input;
    switch (name) {
      case "upgrade":
        turn.do({ do: "authorise" });
        return;
      case "answer:admitted":
        this.#connect(input.grant, turn);
        return;
      case "answer:refused":
        this.#close(name, turn, input.refusal.code, input.refusal.reason, input.refusal);
        return;
      case "answer:store":
        this.#reply(input.reply, turn);
        return;
      case "event":
        if (this.#state === "connected") turn.send(input.frame);
        else if (this.#state === "opening") (this.#held ??= []).push(input);
        return;
      case "presence":
        // Whoever is not connected is told of the whole group as soon as that ends (PRES-4, POS-16).
        if (this.#state === "connected") turn.send(input.frame);
        return;
      case "pong":
        this.#heard(turn); // LIVE-9
        if (this.#state === "opening") turn.do({ do: "proved" });
        return;
      case "congested":
        if (this.#state === "paused") return;
        this.#pausedAt = turn.now;
        this.#go("paused", name); // POS-15
        turn.do({ do: "pause" });
        return;
      case "drained":
        if (this.#state === "connected") return;
        this.#pausedAt = Infinity;
        this.#go("connected", name);
        turn.do({ do: "repair" }); // POS-16
        return;
      case "replaced":
        this.#close(name, turn, CLOSE_CODES.sessionReplaced); // SESS-2
        return;
      case "drain": {
        const spreadMs = this.#environment.settings.timers.drainSpreadMs;
        this.#close(name, turn, CLOSE_CODES.serverDraining, undefined, { spreadMs }); // RECON-32
        return;
      }
      case "fault":
        this.#close(name, turn, CLOSE_CODES.internalError);
        return;
      case "ended":
        // PRES-18, PRES-19: only 1000 is a leave
        if (this.#state !== "closing") {
          this.#release(turn, input.code === CLOSE_CODES.normal ? 0 : this.#graceMs);
        }
        this.#go("closed", name);
        return;
      case "tick:open":
        this.#close(name, turn, CLOSE_CODES.tryAgainLater);
        return;
      case "tick:ping":
        this.#isPinged = true;
        turn.do(PING); // LIVE-8
        return;
      case "tick:silence":
        this.#close(name, turn, CLOSE_CODES.heartbeatTimeout); // LIVE-10
        return;
      case "tick:tokenExpiry":
        this.#close(name, turn, CLOSE_CODES.tokenExpired); // AUTH-12
        return;
      case "tick:slowConsumer":
        this.#close(name, turn, CLOSE_CODES.slowConsumer); // POS-17
        return;
      case "tick:pace":
        this.#requests?.pace(turn);
        this.#leaveWhenDone(turn);
        return;
      case "tick:close":
        this.#go("closed", name);
        turn.do({ do: "terminate" });
    }
  }

  #frame(input: FrameInput, turn: Turn): void {
    this.#heard(turn); // LIVE-9
    if (input.name === "frame:oversize") {
      this.#unreadable(input.name, turn, CLOSE_CODES.messageTooBig); // FRAME-21
      return;
    }
    if (input.name === "frame:binary") {
      this.#unreadable(input.name, turn, CLOSE_CODES.unsupportedData); // FRAME-25
      return;
    }
    const requests = this.#requests;
    if (requests === undefined) {
      this.#close(input.name, turn, CLOSE_CODES.protocolViolation, "a frame before CONNECT"); // CONN-18
      return;
    }
    if (!this.#isLeaving) this.#request(input, requests, turn);
  }

  #request(
    input: Exclude<FrameInput, { name: "frame:oversize" | "frame:binary" }>,
    requests: SessionRequests,
    turn: Turn,
  ): void {
    const { name } = input;
    switch (name) {
      case "frame:HEARTBEAT":
        turn.do(HEARTBEAT); // LIVE-6
        return;
      case "frame:MESSAGE":
        if (!requests.message(input, turn)) {
          this.#close(name, turn, CLOSE_CODES.rateLimited, "too many unanswered messages"); // MSG-16
        }
        return;
      case "frame:ACK":
        requests.acknowledge(input.frame, turn);
        return;
      case "frame:REQUEST_SYNC":
        requests.sync(input.frame, turn);
        return;
      case "frame:REQUEST_PRESENCE":
        requests.presenceStates(input.frame, turn);
        return;
      case "frame:PRESENCE_UPDATE":
        requests.presence(input.frame.payload, turn);
        return;
      case "frame:TOKEN_REFRESH":
        if (this.#isRefreshing) turn.error("rate_limited", "a token is being judged already");
        else turn.do({ do: "refresh_token", token: input.frame.token });
        this.#isRefreshing = true;
        return;
      case "frame:DISCONNECT":
        this.#isLeaving = true;
        requests.hurry(turn);
        this.#leaveWhenDone(turn);
        return;
      case "frame:ping":
        turn.send(input.isText ? "pong" : pongFrame(this.#environment.stamp())); // FRAME-18, FRAME-19
        return;
      case "frame:unknown":
        turn.error("unknown_type", "the type is not one of the client's"); // FRAME-10, FRAME-11
        turn.note({ kind: "unknown_type", type: input.type });
        return;
      case "frame:invalid":
        this.#violation(name, turn, input.code, input.problem);
    }
  }

  #connect(grant: Grant, turn: Turn): void {
    const { settings, stamp } = this.#environment;
    this.#requests = new SessionRequests(grant.userId, grant.set, grant.usage);
    this.#silenceMs = 2 * grant.intervalMs + settings.timers.heartbeatTimeoutMs;
    this.#heard(turn);
    this.#expiresAt = grant.expiresAt;
    this.#go("connected", "answer:admitted");
    turn.send(connectFrame(stamp(), grant, settings));
    turn.do({ do: "enter" });
    for (const { stream, eventId, frame } of this.#held ?? []) {
      const head = grant.heads.find((announced) => announced.stream === stream);
      if (head !== undefined && eventId > head.headId) turn.send(frame); // CONN-27
    }
    this.#held = undefined;
  }

  #reply(reply: StoreReply, turn: Turn): void {
    switch (reply.to) {
      case "publish":
        this.#requests?.published(reply, turn);
        this.#leaveWhenDone(turn);
        return;
      case "sync":
        turn.error("upstream_unavailable", "it cannot be read now", { stream: reply.stream }); // SYNC-18
        return;
      case "page":
        this.#requests?.expectContinuation(reply.stream, reply.continuesFrom);
        turn.send(reply.frame);
        return;
      case "read":
        for (const frame of reply.frames) turn.send(frame);
        return;
      case "ack":
        if (!reply.beyondHead) return;
        turn.error("invalid_position", "it is beyond the head", { stream: reply.stream }); // ACK-7
        return;
      case "token":
        this.#isRefreshing = false;
        if ("refused" in reply) {
          turn.error("unauthorized", reply.refused); // AUTH-11
          return;
        }
        this.#requests?.replaceSet(reply.grant.set);
        this.#expiresAt = reply.grant.expiresAt;
        turn.send(reply.grant.frame); // AUTH-10
    }
  }

  #violation(
    input: ServerConnectionInput,
    turn: Turn,
    code: KnownErrorCode,
    problem: string,
  ): void {
    turn.error(code, problem);
    const { timers, limits } = this.#environment.settings;
    const since = turn.now - timers.violationWindowMs;
    this.#violations = [...(this.#violations ?? []).filter((at) => at > since), turn.now];
    if (this.#violations.length < limits.violations) return;
    this.#close(input, turn, CLOSE_CODES.protocolViolation, "too many malformed frames"); // ERR-6
  }

  #unreadable(input: ServerConnectionInput, turn: Turn, code: number): void {
    this.#release(turn, this.#graceMs);
    this.#end(input, turn, code, closeRule(code).name);
  }

  /** The client's DISCONNECT, once nothing is before it (MSG-26): presence ends at once (PRES-18). */
  #leaveWhenDone(turn: Turn): void {
    const requests = this.#requests;
    if (!this.#isLeaving || requests === undefined) return;
    if (requests.unanswered > 0 && !requests.isAway) return;
    this.#release(turn, 0);
    this.#end("frame:DISCONNECT", turn, CLOSE_CODES.normal, "");
  }

  /** RECON-31: DISCONNECT first, then the close frame. */
  #close(
    input: ServerConnectionInput,
    turn: Turn,
    code: number,
    reason: string = closeRule(code).name,
    { retryAfterMs, spreadMs }: Waits = {},
  ): void {
    const waits = {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(spreadMs === undefined ? {} : { spreadMs }),
    };
    turn.send(disconnectFrame(this.#environment.stamp(), code, reason, waits));
    this.#release(turn, this.#graceMs + (retryAfterMs ?? 0) + (spreadMs ?? 0)); // PRES-20
    this.#end(input, turn, code, reason);
  }

  #end(input: ServerConnectionInput, turn: Turn, code: number, reason: string): void {
    this.#go("closing", input);
    this.#patienceUntil = turn.now + CLOSE_WAIT_MS;
    turn.do({ do: "end", code, reason });
  }

  #release(turn: Turn, graceMs: number): void {
    this.#requests = undefined; // MSG-21: what was not handled is discarded
    this.#held = undefined;
    turn.do({ do: "release", graceMs });
  }

  get #graceMs(): number {
    return this.#environment.settings.timers.presenceGraceMs;
  }

  #heard(turn: Turn): void {
    this.#heardAt = turn.now;
    this.#isPinged = false;
  }

  #due(now: number): Extract<ServerConnectionInput, `tick:${string}`> | undefined {
    if (now < this.deadline) return undefined;
    if (this.#state === "opening") return "tick:open";
    if (this.#state === "closing") return "tick:close";
    if (now >= this.#expiresAt) return "tick:tokenExpiry";
    if (now >= this.#heardAt + this.#silenceMs) return "tick:silence";
    if (now >= this.#pausedAt + this.#environment.settings.timers.slowConsumerMs) {
      return "tick:slowConsumer";
    }
    if (!this.#isPinged && now >= this.#heardAt + this.#silenceMs / 2) return "tick:ping";
    return "tick:pace";
  }

  /** A move that the table does not list is a fault of this class. */
  #go(state: ServerConnectionState, input: ServerConnectionInput): void {
    if (!leads(this.#state, state, input)) {
      throw new Error(`${this.#state} does not lead to ${state} by ${input}`);
    }
    this.#state = state;
    this.#inputs = inputsOf(state);
  }
}

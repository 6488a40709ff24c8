import {
  CLOSE_CODES,
  closeRule,
  SERVER_CONNECTION,
  type KnownErrorCode,
  type ServerConnectionInput,
  type ServerConnectionState,
} from "../generated/typescript/tables.js";
import type {
  PresenceUpdatePayload,
  Scope,
  StreamPosition,
} from "../generated/typescript/messages.js";
import type { Settings } from "./config.js";
import { connectFrame, disconnectFrame, errorFrame, messageAckFrame, pongFrame } from "./frames.js";
import { addressedUser, groupName } from "./names.js";
import type { UserRates, UserUsage } from "./rates.js";
import { RequestLines, type WaitingMessage } from "./request-lines.js";
import type {
  FrameInput,
  Grant,
  Refusal,
  SessionEffect,
  SessionInput,
  SessionSet,
  StoreReply,
} from "./session-input.js";

/** What every session of a server shares. */
export interface SessionEnvironment {
  readonly settings: Settings;
  readonly rates: UserRates;
  /** The timestamp of a frame written now. */
  readonly stamp: () => string;
}

/** Stands for the effects between two inputs; never pushed to. */
const NOTHING: SessionEffect[] = [];
const PING: SessionEffect = { do: "ping" };
const HEARTBEAT: SessionEffect = { do: "heartbeat" };
const CLOSE_WAIT_MS = 5_000;
const RETRY_AWAY_MS = 1_000;

/**
 * The server side of one connection: a machine that owns no socket, timer, clock or randomness. Its moves
 * are those of spec/lifecycle.yaml; an input that its state does not list is ignored.
 */
export class Session {
  #state: ServerConnectionState = SERVER_CONNECTION.initial;
  #effects = NOTHING;
  #input: ServerConnectionInput = "upgrade";
  #now = 0;

  #userId = "";
  #set: SessionSet | undefined;
  #usage: UserUsage | undefined;
  #lines: RequestLines | undefined;
  /** Events that arrived before CONNECT was written (CONN-16). */
  #held: Extract<SessionInput, { name: "event" }>[] | undefined;
  /** Instants of malformed frames within the window. */
  #violations: number[] | undefined;
  #isLeaving = false;
  #isRefreshing = false;
  #isAway = false;

  #heardAt: number;
  #isPinged = false;
  #silenceMs = Infinity;
  #openBy: number;
  #pausedAt = Infinity;
  #expiresAt = Infinity;
  #closeBy = Infinity;

  constructor(
    private readonly environment: SessionEnvironment,
    now: number,
  ) {
    this.#heardAt = now;
    this.#openBy = now + environment.settings.timers.connectTimeoutMs;
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
        return this.#openBy;
      case "connected":
      case "paused":
        return Math.min(
          this.#heardAt + (this.#isPinged ? this.#silenceMs : this.#silenceMs / 2),
          this.#expiresAt,
          this.#pausedAt + this.environment.settings.timers.slowConsumerMs,
          this.#lines?.nextAt ?? Infinity,
        );
      case "closing":
        return this.#closeBy;
      case "closed":
        return Infinity;
    }
  }

  /** Does everything that is due at `now`. */
  tick(now: number): readonly SessionEffect[] {
    let effects: readonly SessionEffect[] = NOTHING;
    for (let name = this.#due(now); name !== undefined; name = this.#due(now)) {
      effects = [...effects, ...this.handle({ name }, now)];
    }
    return effects;
  }

  /** Takes one input and returns what is to be done, in order. Never throws for what a peer sent. */
  handle(input: SessionInput, now: number): readonly SessionEffect[] {
    const effects: SessionEffect[] = [];
    this.#effects = effects;
    this.#input = input.name;
    this.#now = now;
    if (SERVER_CONNECTION.moves[this.#state][input.name] !== undefined) this.#take(input);
    else this.#note({ kind: "ignored", input: input.name, state: this.#state });
    this.#effects = NOTHING;
    return effects;
  }

  #take(input: SessionInput): void {
    if (input.name.startsWith("frame:")) {
      this.#heard(); // LIVE-9
      if (
        this.#state === "opening" &&
        input.name !== "frame:oversize" &&
        input.name !== "frame:binary"
      ) {
        this.#close(CLOSE_CODES.protocolViolation, "a frame before CONNECT"); // CONN-18
        return;
      }
    }
    switch (input.name) {
      case "upgrade":
        this.#effects.push({ do: "authorise" });
        return;
      case "answer:admitted":
        this.#connect(input.grant);
        return;
      case "answer:refused":
        this.#refuse(input.refusal);
        return;
      case "answer:store":
        this.#reply(input.reply);
        return;
      case "event":
        this.#event(input);
        return;
      case "presence":
        if (this.#state === "connected") for (const frame of input.frames) this.#send(frame);
        return;
      case "pong":
        this.#heard();
        if (this.#state === "opening") this.#effects.push({ do: "proved" });
        return;
      case "congested":
        if (this.#state === "paused") return;
        this.#pausedAt = this.#now;
        this.#go("paused"); // POS-15
        this.#effects.push({ do: "pause" });
        return;
      case "drained":
        if (this.#state === "connected") return;
        this.#pausedAt = Infinity;
        this.#go("connected");
        this.#effects.push({ do: "repair" }); // POS-16
        return;
      case "replaced":
        this.#close(CLOSE_CODES.sessionReplaced); // SESS-2
        return;
      case "drain": {
        const spreadMs = this.environment.settings.timers.drainSpreadMs;
        this.#close(CLOSE_CODES.serverDraining, undefined, { spreadMs }); // RECON-32
        return;
      }
      case "fault":
        this.#close(CLOSE_CODES.internalError);
        return;
      case "ended":
        this.#ended(input.code);
        return;
      case "tick:open":
        this.#close(CLOSE_CODES.tryAgainLater);
        return;
      case "tick:ping":
        this.#isPinged = true;
        this.#effects.push(PING); // LIVE-8
        return;
      case "tick:silence":
        this.#close(CLOSE_CODES.heartbeatTimeout); // LIVE-10
        return;
      case "tick:tokenExpiry":
        this.#close(CLOSE_CODES.tokenExpired); // AUTH-12
        return;
      case "tick:slowConsumer":
        this.#close(CLOSE_CODES.slowConsumer); // POS-17
        return;
      case "tick:pace":
        this.#pace();
        return;
      case "tick:close":
        this.#go("closed");
        this.#effects.push({ do: "terminate" });
        return;
      default:
        this.#frame(input);
    }
  }

  #frame(input: FrameInput): void {
    if (input.name === "frame:oversize" || input.name === "frame:binary") {
      this.#unreadable(input.name);
      return;
    }
    if (this.#isLeaving) return;
    switch (input.name) {
      case "frame:HEARTBEAT":
        this.#effects.push(HEARTBEAT); // LIVE-6
        return;
      case "frame:MESSAGE":
        this.#message(input);
        return;
      case "frame:ACK":
        for (const { stream, epoch, lastEventId } of input.frame.streams) {
          if (this.#set?.hasStream(stream) !== true) continue; // ACK-6
          this.#effects.push({ do: "acknowledge", stream, epoch, lastEventId });
        }
        return;
      case "frame:REQUEST_SYNC":
        this.#requestSync(input.frame.streams);
        return;
      case "frame:REQUEST_PRESENCE":
        this.#requestPresence(input.frame.groups);
        return;
      case "frame:PRESENCE_UPDATE":
        this.#updatePresence(input.frame.payload);
        return;
      case "frame:TOKEN_REFRESH":
        this.#refreshToken(input.frame.token);
        return;
      case "frame:DISCONNECT":
        this.#isLeaving = true;
        this.#lines?.hurry();
        this.#handleMessages(); // MSG-26: what was read before is handled first
        return;
      case "frame:ping":
        this.#send(input.isText ? "pong" : pongFrame(this.environment.stamp())); // FRAME-18, FRAME-19
        return;
      case "frame:unknown":
        this.#error("unknown_type", "the type is not one of the client's"); // FRAME-10, FRAME-11
        this.#note({ kind: "unknown_type", type: input.type });
        return;
      case "frame:invalid":
        this.#violation(input.code, input.problem);
    }
  }

  #requestSync(positions: readonly StreamPosition[]): void {
    const known = positions.filter(({ stream }) => {
      if (this.#set?.hasStream(stream) === true) return true;
      this.#error("forbidden_stream", "the stream is not in the session's set", { stream }); // SYNC-20
      return false;
    });
    if (known.length === 0) return;
    if (this.#needLines()?.addSync(known, this.#now) === true) {
      this.#note({ kind: "paced", what: "sync" });
    }
    this.#pace();
  }

  #requestPresence(groups: readonly string[]): void {
    const known = groups.filter((group) => {
      if (this.#set?.hasGroup(group) === true) return true;
      this.#error("forbidden", "the group is not one of the session's"); // PRES-12
      return false;
    });
    this.#needLines()?.addStates(known);
    this.#pace();
  }

  #updatePresence({ status, metadata }: PresenceUpdatePayload): void {
    const text = metadata === undefined ? undefined : JSON.stringify(metadata);
    const most = this.environment.settings.limits.presenceMetadataBytes;
    if (text !== undefined && Buffer.byteLength(text) > most) {
      this.#violation("invalid_message", `payload.metadata is over ${most} bytes`); // PRES-30
      return;
    }
    this.#needLines()?.addPresence({ status, metadata: text });
    this.#pace();
  }

  #refreshToken(token: string): void {
    if (this.#isRefreshing) {
      this.#error("rate_limited", "a token is being judged already");
      return;
    }
    this.#isRefreshing = true;
    this.#effects.push({ do: "refresh_token", token });
  }

  #connect(grant: Grant): void {
    const { environment } = this;
    this.#userId = grant.userId;
    this.#set = grant.set;
    this.#usage = grant.usage;
    this.#silenceMs = 2 * grant.intervalMs + environment.settings.timers.heartbeatTimeoutMs;
    this.#heardAt = this.#now;
    this.#isPinged = false;
    this.#expiresAt = grant.expiresAt;
    this.#go("connected");
    this.#send(connectFrame(environment.stamp(), grant, environment.settings));
    this.#effects.push({ do: "enter" });
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) {
      const head = grant.heads.find(({ stream }) => stream === event.stream);
      if (head !== undefined && event.eventId > head.headId) this.#send(event.frame); // CONN-27
    }
  }

  #event(event: Extract<SessionInput, { name: "event" }>): void {
    if (this.#state === "connected") this.#send(event.frame);
    else if (this.#state === "opening") (this.#held ??= []).push(event);
  }

  #message(message: WaitingMessage): void {
    const lines = this.#needLines();
    if (lines === undefined) return;
    const most = this.environment.settings.limits.inFlightMessages;
    if (lines.unanswered >= most) {
      const { messageId } = message.frame;
      this.#error("window_exceeded", `more than ${most} messages are unanswered`, { messageId });
      this.#close(CLOSE_CODES.rateLimited, "too many unanswered messages"); // MSG-16
      return;
    }
    lines.addMessage({ frame: message.frame, payload: message.payload });
    if (lines.nextMessageAt(this.#now) > this.#now) this.#note({ kind: "paced", what: "message" });
    this.#handleMessages();
  }

  /** MSG-13: one after the other, each answered before the next is looked at. */
  #handleMessages(): void {
    const lines = this.#lines;
    for (
      let next = lines?.takeMessage(this.#now);
      lines !== undefined && next !== undefined;
      next = lines.takeMessage(this.#now)
    ) {
      if (!this.#isRefused(next)) {
        lines.countMessage(this.#now);
        this.#effects.push({ do: "publish", frame: next.frame, payload: next.payload });
        return;
      }
      lines.answered();
    }
    if (this.#isLeaving && (lines === undefined || lines.unanswered === 0)) this.#leave();
  }

  /** ERR-2: size before authorisation. */
  #isRefused({ frame, payload }: WaitingMessage): boolean {
    const { messageId } = frame;
    const { limits, events } = this.environment.settings;
    if (Buffer.byteLength(payload) > limits.payloadBytes) {
      this.#error("payload_too_large", `payload is over ${limits.payloadBytes} bytes`, {
        messageId,
      });
    } else if (!this.#mayAddress(frame.scope)) {
      this.#error("forbidden", "the scope is not one of the session's", { messageId }); // MSG-33
    } else if (!events.has(frame.event)) {
      this.#error("unsupported_event", "no module takes an event of this name", { messageId }); // MSG-34
    } else return false;
    return true;
  }

  #mayAddress(scope: Scope | undefined): boolean {
    if (scope === undefined || addressedUser(scope) === this.#userId) return true;
    return this.#set?.hasGroup(groupName(scope)) === true;
  }

  #needLines(): RequestLines | undefined {
    if (this.#usage !== undefined) {
      this.#lines ??= new RequestLines(this.environment.rates, this.#usage);
    }
    return this.#lines;
  }

  #reply(reply: StoreReply): void {
    switch (reply.to) {
      case "publish":
        this.#published(reply);
        return;
      case "sync":
        this.#error("upstream_unavailable", "the stream cannot be read now", {
          stream: reply.stream,
        });
        return;
      case "page":
        this.#lines?.expectContinuation(reply.stream, reply.continuesFrom);
        this.#send(reply.frame);
        return;
      case "read":
        for (const frame of reply.frames) this.#send(frame);
        return;
      case "ack":
        if (!reply.beyondHead) return;
        this.#error("invalid_position", "the position is beyond the head", {
          stream: reply.stream,
        }); // ACK-7
        return;
      case "token":
        this.#isRefreshing = false;
        if ("refused" in reply) {
          this.#error("unauthorized", reply.refused); // AUTH-11
          return;
        }
        this.#set = reply.grant.set;
        this.#expiresAt = reply.grant.expiresAt;
        this.#send(reply.grant.frame); // AUTH-10
    }
  }

  #published(reply: Extract<StoreReply, { to: "publish" }>): void {
    const lines = this.#lines;
    const current = lines?.current;
    if (lines === undefined || current === undefined) return;
    const { messageId } = current.frame;
    if ("failed" in reply && reply.failed === "away") {
      if (!this.#isAway)
        this.#error("upstream_unavailable", "messages wait until the application is back");
      this.#isAway = true; // MSG-17: once, without a messageId
      if (this.#isLeaving) this.#leave();
      else lines.retryAt(this.#now + RETRY_AWAY_MS);
      return;
    }
    this.#isAway = false;
    lines.answered();
    if ("failed" in reply) {
      this.#error("internal", "the outcome is unknown", { messageId }); // MSG-19
    } else this.#send(messageAckFrame(this.environment.stamp(), messageId, reply));
    this.#handleMessages();
  }

  /** Handles whatever was delayed and may be handled now. */
  #pace(): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    this.#handleMessages();
    for (const position of lines.takeSyncs(this.#now)) {
      const { stream, epoch, lastEventId } = position;
      this.#effects.push({ do: "sync", stream, epoch, lastEventId });
    }
    const presence = lines.takePresence(this.#now);
    if (presence !== undefined) this.#effects.push({ do: "show", ...presence });
    const groups = lines.takeStates(this.#now);
    if (groups.length > 0) this.#effects.push({ do: "states", groups });
  }

  #violation(code: KnownErrorCode, problem: string): void {
    this.#error(code, problem);
    const { timers, limits } = this.environment.settings;
    const since = this.#now - timers.violationWindowMs;
    this.#violations = [...(this.#violations ?? []).filter((at) => at > since), this.#now];
    if (this.#violations.length < limits.violations) return;
    this.#close(CLOSE_CODES.protocolViolation, "too many malformed frames"); // ERR-6
  }

  #unreadable(name: "frame:oversize" | "frame:binary"): void {
    const code =
      name === "frame:oversize" ? CLOSE_CODES.messageTooBig : CLOSE_CODES.unsupportedData;
    this.#release(this.#graceMs);
    this.#end(code, closeRule(code).name);
  }

  /** The client's DISCONNECT, now that nothing is before it: presence ends at once (PRES-18). */
  #leave(): void {
    this.#input = "frame:DISCONNECT";
    this.#release(0);
    this.#end(CLOSE_CODES.normal, "");
  }

  #refuse(refusal: Refusal): void {
    const { code, reason, retryAfterMs, spreadMs } = refusal;
    this.#close(code, reason, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(spreadMs === undefined ? {} : { spreadMs }),
    });
  }

  /** RECON-31: DISCONNECT first, then the close frame. */
  #close(
    code: number,
    reason: string = closeRule(code).name,
    waits: { readonly retryAfterMs?: number; readonly spreadMs?: number } = {},
  ): void {
    this.#send(disconnectFrame(this.environment.stamp(), code, reason, waits));
    this.#release(this.#graceMs + (waits.retryAfterMs ?? 0) + (waits.spreadMs ?? 0)); // PRES-20
    this.#end(code, reason);
  }

  #end(code: number, reason: string): void {
    this.#go("closing");
    this.#closeBy = this.#now + CLOSE_WAIT_MS;
    this.#effects.push({ do: "end", code, reason });
  }

  #ended(code: number): void {
    // PRES-18, PRES-19: only 1000 is a leave
    if (this.#state !== "closing") this.#release(code === CLOSE_CODES.normal ? 0 : this.#graceMs);
    this.#go("closed");
  }

  #release(graceMs: number): void {
    this.#lines = undefined; // MSG-21: what was not handled is discarded
    this.#usage = undefined;
    this.#held = undefined;
    this.#effects.push({ do: "release", graceMs });
  }

  get #graceMs(): number {
    return this.environment.settings.timers.presenceGraceMs;
  }

  #heard(): void {
    this.#heardAt = this.#now;
    this.#isPinged = false;
  }

  #due(now: number): (`tick:${string}` & ServerConnectionInput) | undefined {
    if (now < this.deadline) return undefined;
    if (this.#state === "opening") return "tick:open";
    if (this.#state === "closing") return "tick:close";
    if (now >= this.#expiresAt) return "tick:tokenExpiry";
    if (now >= this.#heardAt + this.#silenceMs) return "tick:silence";
    if (now >= this.#pausedAt + this.environment.settings.timers.slowConsumerMs) {
      return "tick:slowConsumer";
    }
    if (!this.#isPinged && now >= this.#heardAt + this.#silenceMs / 2) return "tick:ping";
    return "tick:pace";
  }

  #send(frame: string | Uint8Array): void {
    this.#effects.push({ do: "send", frame });
  }

  #error(
    code: KnownErrorCode,
    message: string,
    concerns: { readonly messageId?: string; readonly stream?: string } = {},
  ): void {
    this.#send(errorFrame(this.environment.stamp(), code, message, concerns));
    this.#note({ kind: "error", code });
  }

  #note(what: Extract<SessionEffect, { do: "note" }>["what"]): void {
    this.#effects.push({ do: "note", what });
  }

  /** LIB-15: a move that the table does not list is a fault of this class. */
  #go(state: ServerConnectionState): void {
    const moves = SERVER_CONNECTION.moves[this.#state][this.#input];
    if (moves?.some(({ to }) => to === state) !== true) {
      throw new Error(`${this.#state} does not lead to ${state} by ${this.#input}`);
    }
    this.#state = state;
  }
}

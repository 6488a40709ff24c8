import type { ConnectFrame, ErrorFrame, PresenceUpdatePayload, ServerFrame } from "../messages.js";
import type { ClientConnectionInput, ClientConnectionState } from "../tables.js";
import { CLOSE_CODES } from "../tables.js";
import { Acks } from "./acks.js";
import { Connection } from "./connection.js";
import type { SessionEffect } from "./effects.js";
import { Heartbeat } from "./heartbeat.js";
import { decodeText, inputOf, serverError } from "./incoming.js";
import type { SessionInput } from "./inputs.js";
import { Outbox } from "./outbox.js";
import { type Group, Peers } from "./peers.js";
import { Recovery } from "./recovery.js";
import { SessionPort } from "./session-port.js";
import { announcedBy, type SessionSettings } from "./settings.js";
import type { Statistics } from "./statistics.js";
import { Streams } from "./streams.js";
import type { DueTimer } from "./timers.js";
import { TokenRefresh } from "./token-refresh.js";

/**
 * The client side of the protocol without input or output: it is told what happens and when, and
 * answers with effects and the time of its next work. It owns no socket, no clock and no chance.
 */
export class Session {
  readonly #settings: SessionSettings;
  readonly #port: SessionPort;
  readonly #connection: Connection;
  readonly #heartbeat: Heartbeat;
  readonly #acks: Acks;
  readonly #streams: Streams;
  readonly #outbox: Outbox;
  readonly #peers: Peers;
  readonly #token: TokenRefresh;
  readonly #recovery: Recovery;
  #presence: PresenceUpdatePayload | undefined;
  #handling = false;

  /** @param random uniform in [0, 1), the only chance there is. */
  constructor(settings: SessionSettings, random: () => number) {
    this.#settings = settings;
    const port = new SessionPort(random, () => this.#connection);
    this.#port = port;
    this.#connection = new Connection(port, settings, {
      lost: () => {
        this.#lost();
      },
      closed: () => {
        this.#outbox.closed();
      },
    });
    this.#heartbeat = new Heartbeat(port);
    this.#acks = new Acks(port, settings.positions);
    this.#streams = new Streams(
      {
        port,
        acks: this.#acks,
        heartbeatsSent: () => this.#heartbeat.sent,
        unanswered: () => {
          const reason = "requests for missed events stay unanswered";
          this.#connection.giveUp("ended", CLOSE_CODES.heartbeatTimeout, reason);
        },
      },
      settings,
    );
    this.#outbox = new Outbox(port, settings);
    this.#peers = new Peers(port);
    this.#token = new TokenRefresh(port, settings.tokens.kind === "provider");
    this.#recovery = new Recovery(port);
  }

  /** When `tick` next has work, in the time of `handle`; undefined when it has none. */
  get deadline(): number | undefined {
    return this.#port.timers.deadline;
  }

  get state(): ClientConnectionState {
    return this.#connection.state;
  }

  /** Presence by group name. Changes with the next input. */
  get groups(): ReadonlyMap<string, Group> {
    return this.#peers.groups;
  }

  statistics(): Statistics {
    return {
      ...this.#port.counters,
      outboxSize: this.#outbox.size,
      inFlight: this.#outbox.inFlight,
      keptEvents: this.#streams.keptEvents,
      streams: this.#streams.size,
    };
  }

  /**
   * Take one input; answers what is to be done, in order.
   * @param now milliseconds since 1970 by a clock that never goes back.
   * @throws Error when called while it is handling: effects are performed afterwards.
   */
  handle(input: SessionInput, now: number): readonly SessionEffect[] {
    if (this.#handling) throw new Error("A session takes one input at a time");
    this.#handling = true;
    try {
      this.#port.begin(now);
      this.#take(input);
      this.#finish();
      return this.#port.effects;
    } finally {
      this.#handling = false;
    }
  }

  #take(input: SessionInput): void {
    switch (input.type) {
      case "connect":
      case "resume":
        this.#when(input.type, () => {
          this.#outbox.expire();
          this.#connection.start(input.type === "connect" ? "connect" : "resume");
        });
        return;
      case "suspend":
      case "disconnect":
        this.#when(input.type, () => {
          this.#acks.flush();
          const reason = input.type === "disconnect" ? input.reason : undefined;
          this.#connection.leave(input.type, reason);
          this.#recovery.forget();
        });
        return;
      case "signal": {
        const signal = input.signal === "online" ? "signal:online" : "signal:visible";
        this.#when(signal, () => {
          this.#connection.signal(signal);
        });
        return;
      }
      case "token":
      case "tokenFailed":
        this.#tokenAnswer(input);
        return;
      case "opened":
        this.#ofGeneration(input.generation, "opened", () => {
          this.#connection.opened();
        });
        return;
      case "ended":
        this.#ofGeneration(input.generation, "ended", () => {
          this.#connection.ended(input.code, input.reason ?? "");
        });
        return;
      case "frame":
        this.#text(input.generation, input.text);
        return;
      case "send":
        if (this.state !== "closed") this.#outbox.add(input);
        else this.#refuseClosed(input.messageId);
        return;
      case "messageStored":
        this.#outbox.stored(input);
        return;
      case "setPresence":
        this.#setPresence(input);
        return;
      case "handled":
      case "reloaded":
      case "reloadFailed":
        this.#streams.reported(input);
        return;
      case "tick":
        this.#port.timers.fire(this.#port.now, (timer) => {
          this.#timer(timer);
        });
    }
  }

  /** What several parts of one input made due goes out together, after everything else. */
  #finish(): void {
    if (this.#acks.isFull) this.#acks.flush(); // ACK-3
    if (this.#port.connected) {
      this.#streams.flush();
      this.#peers.flush();
    }
    this.#recovery.look(() => this.#streams.areCurrent);
  }

  #when(input: ClientConnectionInput, act: () => void): void {
    if (this.#connection.accepts(input)) act();
    else this.#trace(`${input} ignored while ${this.state}`);
  }

  /** RECON-17: a late event of an older attempt has no effect. */
  #ofGeneration(generation: number, input: ClientConnectionInput, act: () => void): void {
    if (this.#connection.isCurrent(generation)) this.#when(input, act);
    else this.#trace(`${input} ignored: of an attempt that is over`);
  }

  #text(generation: number, text: string): void {
    if (!this.#connection.isCurrent(generation)) {
      this.#trace("frame ignored: of an attempt that is over");
      return;
    }
    this.#port.counters.framesReceived += 1;
    this.#heartbeat.received(); // LIVE-3, even where it cannot be read
    const decoded = decodeText(text);
    switch (decoded.kind) {
      case "frame":
        this.#frame(decoded.frame);
        return;
      case "unknown":
        this.#trace(`frame of unknown type ${decoded.type} ignored`); // FRAME-8
        return;
      case "invalid": {
        this.#port.counters.invalidFrames += 1;
        const problem = `${decoded.path === "" ? "frame" : decoded.path}: ${decoded.problem}`;
        this.#trace(`frame ignored: ${problem}`); // FRAME-27
        this.#port.emit({ type: "notice", notice: { kind: "remote_protocol_error", problem } });
      }
    }
  }

  #frame(frame: ServerFrame): void {
    this.#when(inputOf(frame), () => {
      switch (frame.type) {
        case "CONNECT":
          if (this.state === "connecting") this.#connected(frame);
          else this.#trace("second CONNECT ignored"); // CONN-19
          return;
        case "DISCONNECT":
          this.#connection.announceEnd(frame);
          return;
        case "ERROR":
          this.#error(frame);
          return;
        case "TOKEN_REFRESHED":
          this.#token.lives(frame.token);
          this.#peers.renewed();
          this.#streams.refreshed(frame.streams);
          this.#acks.compare(frame.streams);
          return;
        case "HEARTBEAT_ACK":
          this.#heartbeat.acked();
          this.#streams.heartbeatAcknowledged(frame.streams ?? [], this.#heartbeat.acknowledged);
          return;
        case "EVENT":
          this.#streams.event(frame);
          return;
        case "SYNC":
          this.#streams.page(frame);
          return;
        case "FULL_REFRESH":
          this.#streams.refresh(frame);
          return;
        case "MESSAGE_ACK":
          this.#outbox.acknowledged(frame);
          return;
        case "PRESENCE_STATE":
          this.#peers.state(frame);
          return;
        case "PRESENCE_DIFF":
          this.#peers.diff(frame);
          return;
        case "pong":
          return; // nothing beyond the sign of life
      }
    });
  }

  #connected(frame: ConnectFrame): void {
    if (!frame.protocolVersion.startsWith("1.")) {
      const reason = `the server speaks version ${frame.protocolVersion}`;
      this.#connection.giveUp("ended", CLOSE_CODES.unsupportedVersion, reason); // CONN-28
      return;
    }
    this.#port.announced = announcedBy(frame); // CONN-22
    this.#connection.connected();
    this.#recovery.connected();
    this.#heartbeat.connected();
    this.#token.lives(frame.token);
    if (this.#presence !== undefined) {
      this.#port.send({ type: "PRESENCE_UPDATE", payload: this.#presence }); // PRES-22
    }
    this.#peers.renewed();
    this.#streams.connected(frame.streams);
    this.#streams.flush();
    this.#acks.compare(frame.streams);
    this.#outbox.connected();
  }

  #error(frame: ErrorFrame): void {
    const { code, messageId, stream } = frame;
    this.#port.emit({ type: "notice", notice: serverError(frame) });
    if (messageId !== undefined) this.#outbox.refused(frame);
    else if (stream !== undefined) this.#streams.error(frame);
    else if (code === "unauthorized") this.#token.refused();
  }

  #tokenAnswer(input: SessionInput & { readonly type: "token" | "tokenFailed" }): void {
    const { requestId } = input;
    const forConnection = this.#connection.awaitsToken(requestId);
    if (!forConnection && !this.#token.awaits(requestId)) {
      this.#trace("token ignored: of a question that is over");
      return;
    }
    if (input.type === "token") {
      this.#when("token:received", () => {
        if (forConnection) this.#connection.tokenReceived(input.token);
        else this.#token.received(input.token);
      });
      return;
    }
    this.#when("token:failed", () => {
      if (forConnection) this.#connection.tokenFailed(input.problem);
      else this.#token.failed(input.problem);
    });
  }

  #setPresence({ status, metadata }: SessionInput & { readonly type: "setPresence" }): void {
    this.#presence = { status, ...(metadata === undefined ? {} : { metadata }) };
    if (!this.#port.connected) return;
    this.#port.send({ type: "PRESENCE_UPDATE", payload: this.#presence });
  }

  #timer(timer: DueTimer): void {
    const { name, at } = timer;
    switch (name) {
      case "ack":
        this.#acks.flush();
        return;
      case "backoff":
      case "circuitRest": {
        const input = name === "backoff" ? "tick:backoff" : "tick:circuitRest";
        this.#when(input, () => {
          this.#connection.retry(input);
        });
        return;
      }
      case "connectTimeout":
        this.#when("tick:connectTimeout", () => {
          const reason = "no CONNECT in time";
          this.#connection.giveUp("tick:connectTimeout", CLOSE_CODES.heartbeatTimeout, reason);
        });
        return;
      case "heartbeat":
        this.#when("tick:heartbeat", () => {
          this.#heartbeat.beat(at);
        });
        return;
      case "heartbeatDeadline":
        this.#when("tick:heartbeatDeadline", () => {
          if (this.#heartbeat.isLate(at)) this.#heartbeat.startAfresh();
          else this.#heartbeatMissed();
        });
        return;
      case "outboxWindow":
        this.#outbox.expire();
        return;
      case "presenceTimeout":
        this.#peers.timedOut(timer.subject);
        return;
      case "stable":
        this.#when("tick:stable", () => {
          this.#connection.becomeStable();
        });
        return;
      case "tokenRefresh":
        this.#when("tick:tokenRefresh", () => {
          this.#token.due(this.#settings.connectTimeoutMs);
        });
        return;
      case "tokenTimeout":
        this.#when("token:failed", () => {
          this.#token.failed("the token provider did not answer in time");
        });
        return;
      case "reloadRetry":
      case "syncRetry":
      case "syncTimeout":
        this.#streams.tick(timer);
    }
  }

  #heartbeatMissed(): void {
    const { heartbeatTimeout } = CLOSE_CODES;
    const reason = "no sign of life from the server";
    this.#connection.giveUp("tick:heartbeatDeadline", heartbeatTimeout, reason); // LIVE-4
  }

  #lost(): void {
    this.#recovery.lost();
    this.#heartbeat.stop();
    this.#token.stop();
    this.#streams.connectionLost();
    this.#acks.connectionLost();
    this.#peers.connectionLost();
    this.#outbox.connectionLost();
  }

  #refuseClosed(messageId: string): void {
    this.#port.emit({ type: "refuse", messageId, refusal: { why: "closed" } });
  }

  #trace(note: string): void {
    this.#port.emit({ type: "trace", note });
  }
}

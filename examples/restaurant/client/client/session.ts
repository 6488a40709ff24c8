import { type ClientConnectionInput, type ClientConnectionState, CLOSE_CODES } from "../tables.js";
import type { SessionEffect } from "./effects.js";
import type { SessionInput } from "./inputs.js";
import type { Move } from "./machine.js";
import type { Group } from "./peers.js";
import { Receiver } from "./receiver.js";
import { SessionParts } from "./session-parts.js";
import type { SessionSettings } from "./settings.js";
import type { Statistics } from "./statistics.js";
import type { DueTimer } from "./timers.js";

/**
 * The client side of the protocol without input or output: it is told what happens and when, and
 * answers with effects and the time of its next work. It owns no socket, no clock and no chance.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #receiver: Receiver;
  #handling = false;

  /**
   * @param random uniform in [0, 1), the only chance there is.
   * @param moved told of every row of the lifecycle tables that is taken, for tests and diagrams.
   */
  constructor(settings: SessionSettings, random: () => number, moved?: (move: Move) => void) {
    this.#parts = new SessionParts(settings, random, moved);
    this.#receiver = new Receiver(this.#parts);
  }

  /** When `tick` next has work, in the time of `handle`; undefined when it has none. */
  get deadline(): number | undefined {
    return this.#parts.port.timers.deadline;
  }

  /** What chance gave during the last input, in order: with it the input can be replayed. */
  get chances(): readonly number[] {
    return this.#parts.port.chances;
  }

  get state(): ClientConnectionState {
    return this.#parts.connection.state;
  }

  /** Presence by group name. Changes with the next input. */
  get groups(): ReadonlyMap<string, Group> {
    return this.#parts.peers.groups;
  }

  statistics(): Statistics {
    const { port, outbox, streams } = this.#parts;
    return {
      ...port.counters,
      outboxSize: outbox.size,
      inFlight: outbox.inFlight,
      keptEvents: streams.keptEvents,
      streams: streams.size,
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
      this.#parts.port.begin(now);
      this.#take(input);
      this.#finish();
      return this.#parts.port.effects;
    } finally {
      this.#handling = false;
    }
  }

  #take(input: SessionInput): void {
    const { port, connection, outbox, presence, streams } = this.#parts;
    switch (input.type) {
      case "connect":
      case "resume":
        this.#start(input.type);
        return;
      case "suspend":
        this.#leave("suspend", undefined);
        return;
      case "disconnect":
        this.#leave("disconnect", input.reason);
        return;
      case "signal": {
        const signal = input.signal === "online" ? "signal:online" : "signal:visible";
        this.#when(signal, () => {
          connection.signal(signal);
        });
        return;
      }
      case "token":
      case "tokenFailed":
        this.#tokenAnswer(input);
        return;
      case "opened":
        this.#ofGeneration(input.generation, "opened", () => {
          connection.opened();
        });
        return;
      case "ended":
        this.#ofGeneration(input.generation, "ended", () => {
          connection.ended(input.code, input.reason ?? "");
        });
        return;
      case "frame":
        if (connection.isCurrent(input.generation)) this.#receiver.receive(input.text);
        else this.#parts.trace("frame ignored: of an attempt that is over");
        return;
      case "send":
        if (connection.state !== "closed") outbox.add(input);
        else this.#refuseClosed(input.messageId);
        return;
      case "messageStored":
        outbox.stored(input);
        return;
      case "setPresence": {
        const { status, metadata } = input;
        presence.set(metadata === undefined ? { status } : { status, metadata });
        return;
      }
      case "handled":
      case "reloaded":
      case "reloadFailed":
        streams.reported(input);
        return;
      case "tick":
        port.timers.fire(port.now, (timer) => {
          this.#timer(timer);
        });
    }
  }

  /** What several parts of one input made due goes out together, after everything else. */
  #finish(): void {
    const { port, acks, streams, peers, recovery } = this.#parts;
    if (acks.isFull) acks.flush(); // ACK-3
    if (port.connected) {
      streams.flush();
      peers.flush();
    }
    recovery.look(() => streams.areCurrent);
  }

  #when(input: ClientConnectionInput, act: () => void): void {
    const { connection } = this.#parts;
    if (connection.accepts(input)) act();
    else this.#parts.trace(`${input} ignored while ${connection.state}`);
  }

  /** RECON-17: a late event of an older attempt has no effect. */
  #ofGeneration(generation: number, input: ClientConnectionInput, act: () => void): void {
    if (this.#parts.connection.isCurrent(generation)) this.#when(input, act);
    else this.#parts.trace(`${input} ignored: of an attempt that is over`);
  }

  #start(input: "connect" | "resume"): void {
    this.#when(input, () => {
      this.#parts.outbox.expire();
      this.#parts.connection.start(input);
    });
  }

  #leave(input: "suspend" | "disconnect", reason: string | undefined): void {
    this.#when(input, () => {
      this.#parts.acks.flush();
      this.#parts.connection.leave(input, reason);
      this.#parts.recovery.forget();
    });
  }

  #refuseClosed(messageId: string): void {
    this.#parts.port.emit({ type: "refuse", messageId, refusal: { why: "closed" } });
  }

  /** The answer of the token provider, for the present attempt or for a refresh. */
  #tokenAnswer(input: SessionInput & { readonly type: "token" | "tokenFailed" }): void {
    const { connection, token } = this.#parts;
    const forConnection = connection.awaitsToken(input.requestId);
    if (!forConnection && !token.awaits(input.requestId)) {
      this.#parts.trace("token ignored: of a question that is over");
      return;
    }
    if (input.type === "tokenFailed") {
      if (forConnection) connection.tokenFailed(input.problem);
      else this.#refreshFailed(input.problem);
      return;
    }
    if (forConnection) {
      connection.tokenReceived(input.token);
      return;
    }
    connection.stay("token:received");
    token.received(input.token);
  }

  #refreshFailed(problem: string): void {
    this.#parts.connection.stay("token:failed");
    this.#parts.token.failed(problem);
  }

  #timer(timer: DueTimer): void {
    const { connection, heartbeat, acks, outbox, peers, streams, token, settings } = this.#parts;
    switch (timer.name) {
      case "ack":
        acks.flush();
        return;
      case "backoff":
        connection.retry("tick:backoff");
        return;
      case "circuitRest":
        connection.retry("tick:circuitRest");
        return;
      case "connectTimeout": {
        const reason = "no CONNECT in time";
        connection.giveUp("tick:connectTimeout", CLOSE_CODES.heartbeatTimeout, reason); // CONN-20
        return;
      }
      case "heartbeat":
        connection.stay("tick:heartbeat");
        heartbeat.beat(timer.at);
        return;
      case "heartbeatDeadline":
        this.#heartbeatDeadline(timer.at);
        return;
      case "outboxWindow":
        outbox.expire();
        return;
      case "presenceTimeout":
        peers.timedOut(timer.subject);
        return;
      case "stable":
        connection.becomeStable();
        return;
      case "tokenRefresh":
        connection.stay("tick:tokenRefresh");
        token.due(settings.connectTimeoutMs);
        return;
      case "tokenTimeout":
        this.#refreshFailed("the token provider did not answer in time");
        return;
      case "reloadRetry":
      case "syncRetry":
      case "syncTimeout":
        streams.tick(timer);
    }
  }

  #heartbeatDeadline(at: number): void {
    const { connection, heartbeat } = this.#parts;
    if (heartbeat.isLate(at)) {
      connection.stay("tick:heartbeatDeadline");
      heartbeat.startAfresh(); // LIVE-5
      return;
    }
    const { heartbeatTimeout } = CLOSE_CODES;
    const reason = "no sign of life from the server";
    connection.giveUp("tick:heartbeatDeadline", heartbeatTimeout, reason); // LIVE-4
  }
}

import type { SessionEffect } from "../../../generated/typescript/client/effects.js";
import type { SessionInput } from "../../../generated/typescript/client/inputs.js";
import type { Move } from "../../../generated/typescript/client/machine.js";
import { Session } from "../../../generated/typescript/client/session.js";
import type { SessionSettings } from "../../../generated/typescript/client/settings.js";
import type {
  ClientFrame,
  ConnectFrame,
  EventFrame,
  FullRefreshFrame,
  ServerFrame,
  StreamHead,
  SyncFrame,
} from "../../../generated/typescript/messages.js";
import { decodeClientFrame, decodeServerFrame } from "../../../generated/typescript/validators.js";

export const USER = "user123";
export const ORDERS = "orders@demo";
export const CHAT = "chat@demo";
export const EPOCH = "e1";

const TIMESTAMP = "2026-03-01T12:00:00.000Z";

/** A server frame before the probe adds its timestamp. */
export type Untimed = ServerFrame extends infer Frame
  ? Frame extends ServerFrame
    ? Omit<Frame, "timestamp">
    : never
  : never;

type Effect<Type extends SessionEffect["type"]> = SessionEffect & { readonly type: Type };

/** A session under a virtual clock, with the test as its server, application and stores. */
export class SessionProbe {
  readonly session: Session;
  now = 1_000_000;
  /** Effects since the last `forget`, oldest first. */
  effects: SessionEffect[] = [];
  /** What chance gives; constant unless a test replaces it. */
  random: () => number;
  /** Finish handlers, reloads and stores at once; a test that holds them sets this to false. */
  prompt = true;
  generation = 0;
  /** Rows of the lifecycle tables that were taken. */
  readonly moves: Move[] = [];

  constructor(settings: Partial<SessionSettings> = {}, random: () => number = () => 0.5) {
    this.random = random;
    this.session = new Session(
      {
        userId: USER,
        deviceId: "device-1",
        firstAttempt: 1,
        startFrom: "latest",
        tokens: { kind: "none" },
        positions: [],
        messages: [],
        persistentOutbox: false,
        connectTimeoutMs: 10_000,
        outboxMessages: 1_000,
        keptEvents: 1_000,
        ...settings,
      },
      () => this.random(),
      (move) => this.moves.push(move),
    );
  }

  get isConnected(): boolean {
    return this.session.state === "connected";
  }

  input(input: SessionInput): this {
    const effects = this.session.handle(input, this.now);
    this.effects.push(...effects);
    for (const effect of effects) this.#follow(effect);
    return this;
  }

  /** State of a stream, by the last row that it took. */
  streamState(stream = ORDERS): string {
    const moves = this.moves.filter(({ subject }) => subject === stream);
    return moves.at(-1)?.to ?? "live";
  }

  /** Let time pass; every deadline on the way is met exactly. */
  elapse(ms: number): this {
    const end = this.now + ms;
    for (let { deadline } = this.session; deadline !== undefined && deadline <= end;) {
      this.now = Math.max(this.now, deadline);
      this.input({ type: "tick" });
      deadline = this.session.deadline;
    }
    this.now = end;
    return this;
  }

  /** Time passes and nobody looks at the clock, as in a sleep. */
  sleep(ms: number): this {
    this.now += ms;
    return this;
  }

  tick(): this {
    return this.input({ type: "tick" });
  }

  /** Whatever the server sends must keep the contract: else the test is wrong. */
  frame(frame: Untimed): this {
    const timed = { ...frame, timestamp: TIMESTAMP };
    const decoded = decodeServerFrame(JSON.parse(JSON.stringify(timed)));
    if (decoded.kind !== "frame")
      throw new Error(`bad frame in a test: ${JSON.stringify(decoded)}`);
    return this.text(JSON.stringify(timed));
  }

  text(text: string): this {
    return this.input({ type: "frame", generation: this.generation, text });
  }

  /** The application connects and the transport opens; CONNECT is still to come. */
  dial(): this {
    this.input({ type: "connect" });
    return this.open();
  }

  open(): this {
    return this.input({ type: "opened", generation: this.generation });
  }

  /** Everything up to a session with these streams. */
  connect(streams: readonly StreamHead[] = [], more: Partial<ConnectFrame> = {}): this {
    return this.dial().accept(streams, more);
  }

  accept(streams: readonly StreamHead[] = [], more: Partial<ConnectFrame> = {}): this {
    return this.frame(connectFrame(streams, more));
  }

  /** The connection ends, the delay passes, and the transport is open again. */
  reopen(code = 1006): this {
    this.end(code);
    const { deadline } = this.session;
    if (deadline === undefined) throw new Error("the client does not come back");
    return this.elapse(this.lastState().retryInMs ?? 0).open();
  }

  end(code = 1006, reason = ""): this {
    return this.input({ type: "ended", generation: this.generation, code, reason });
  }

  event(eventId: number, more: Partial<EventFrame> = {}): this {
    return this.frame(eventFrame(eventId, more));
  }

  page(fromEventId: number, ids: readonly number[], more: Partial<SyncFrame> = {}): this {
    const stream = more.stream ?? ORDERS;
    const epoch = more.epoch ?? EPOCH;
    return this.frame({
      type: "SYNC",
      stream,
      epoch,
      fromEventId,
      events: ids.map((id) => timed(eventFrame(id, { stream, epoch }))),
      headEventId: ids.at(-1) ?? fromEventId,
      complete: true,
      ...more,
    });
  }

  refresh(lastEventId: number, more: Partial<FullRefreshFrame> = {}): this {
    return this.frame({
      type: "FULL_REFRESH",
      stream: ORDERS,
      epoch: EPOCH,
      lastEventId,
      reason: "history_expired",
      ...more,
    });
  }

  handled(eventId: number, stream = ORDERS, epoch = EPOCH): this {
    return this.input({ type: "handled", stream, epoch, eventId });
  }

  forget(): this {
    this.effects = [];
    return this;
  }

  all<Type extends SessionEffect["type"]>(type: Type): Effect<Type>[] {
    return this.effects.filter((effect): effect is Effect<Type> => effect.type === type);
  }

  last<Type extends SessionEffect["type"]>(type: Type): Effect<Type> {
    const effect = this.all(type).at(-1);
    if (effect === undefined) throw new Error(`no effect ${type} so far`);
    return effect;
  }

  lastState(): Effect<"state">["state"] {
    return this.last("state").state;
  }

  /** Frames written, checked against the contract. */
  sent(): ClientFrame[] {
    return this.all("send").map(({ text }) => {
      const decoded = decodeClientFrame(JSON.parse(text));
      if (decoded.kind !== "frame") throw new Error(`the client broke its schema: ${text}`);
      return decoded.frame;
    });
  }

  sentOf<Type extends ClientFrame["type"]>(type: Type): (ClientFrame & { readonly type: Type })[] {
    return this.sent().filter(
      (frame): frame is ClientFrame & { readonly type: Type } => frame.type === type,
    );
  }

  /** Ids handed to the application, of every stream unless one is named. */
  delivered(stream?: string): number[] {
    return this.all("deliver")
      .filter(({ event }) => stream === undefined || event.stream === stream)
      .map(({ event }) => event.eventId);
  }

  /** Positions asked for, in order. */
  asked(): { stream: string; epoch: string; lastEventId: number }[] {
    return this.sentOf("REQUEST_SYNC").flatMap(({ streams }) => [...streams]);
  }

  acked(): { stream: string; epoch: string; lastEventId: number }[] {
    return this.sentOf("ACK").flatMap(({ streams }) => [...streams]);
  }

  stored(): { stream: string; epoch: string; lastEventId: number }[] {
    return this.all("storePosition").map(({ position }) => position);
  }

  results(): Record<string, string> {
    const entries = this.all("settle").map(({ messageId, result }) => [
      messageId,
      result.status === "failed" ? `failed ${result.reason}` : result.status,
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
  }

  #follow(effect: SessionEffect): void {
    if (effect.type === "open") this.generation = effect.generation;
    if (!this.prompt) return;
    if (effect.type === "deliver") {
      const { stream, epoch, eventId } = effect.event;
      this.input({ type: "handled", stream, epoch, eventId });
    }
    if (effect.type === "reload") {
      const { reloadId, refresh } = effect;
      this.input({ type: "reloaded", stream: refresh.stream, reloadId });
    }
    if (effect.type === "storeMessage") {
      this.input({ type: "messageStored", messageId: effect.message.messageId });
    }
  }
}

export function head(lastEventId: number, more: Partial<StreamHead> = {}): StreamHead {
  return { stream: ORDERS, epoch: EPOCH, lastEventId, ...more };
}

export function timed<Frame extends object>(frame: Frame): Frame & { timestamp: string } {
  return { ...frame, timestamp: TIMESTAMP };
}

export function eventFrame(
  eventId: number,
  more: Partial<EventFrame> = {},
): Omit<EventFrame, "timestamp"> {
  return {
    type: "EVENT",
    stream: ORDERS,
    epoch: EPOCH,
    eventId,
    event: "order_created",
    payload: { n: eventId },
    ...more,
  };
}

export function connectFrame(
  streams: readonly StreamHead[] = [],
  more: Partial<ConnectFrame> = {},
): Omit<ConnectFrame, "timestamp"> {
  return {
    type: "CONNECT",
    userId: USER,
    sessionId: "s-1",
    protocolVersion: "1.0",
    heartbeat: { intervalMs: 5_000, timeoutMs: 4_000 },
    reconnect: {
      baseDelayMs: 1_000,
      maxDelayMs: 30_000,
      jitter: 0.5,
      firstSpreadMs: 3_000,
      stableAfterMs: 5_000,
      circuitAfter: 10,
      circuitRestMs: 60_000,
    },
    ack: { maxDelayMs: 1_000, maxPending: 100 },
    sync: { timeoutMs: 10_000, maxPageEvents: 500, maxPageBytes: 16_384, maxPages: 20 },
    limits: {
      maxFrameBytes: 65_536,
      maxPayloadBytes: 32_768,
      maxInFlightMessages: 32,
      dedupWindowMs: 600_000,
    },
    presence: { graceMs: 15_000 },
    modules: ["orders"],
    streams: [...streams],
    ...more,
  };
}

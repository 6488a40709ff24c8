import { EVENTS } from "../events.js";
import type { OwnStatus, PresenceMetadata } from "../messages.js";
import { CLOSE_CODES, type ClientConnectionState, LIMITS, TIMERS } from "../tables.js";
import { Application } from "./application.js";
import type { ApplicationEvent, EventListener } from "./application-event.js";
import type {
  Client,
  EarlierResult,
  ListenOptions,
  ReloadHandler,
  SendOptions,
  Unsubscribe,
} from "./client.js";
import type { ClientOptions } from "./client-options.js";
import { type Clock, systemClock } from "./clock.js";
import { Driver, type Step } from "./driver.js";
import type { Notice, PresenceChange, SendResult, StateChange } from "./effects.js";
import { ClosedError, StoreError } from "./errors.js";
import { ANY_EVENT } from "./event-handlers.js";
import { checkSend } from "./event-table.js";
import { EventIterator } from "./event-iterator.js";
import type { SessionInput } from "./inputs.js";
import {
  checkEventName,
  checkMessageId,
  checkMetadata,
  checkOptions,
  checkReason,
  checkWhole,
  jsonCopy,
} from "./options-check.js";
import type { Group } from "./peers.js";
import { platformDial, platformSignals, randomUuid } from "./platform.js";
import { Session } from "./session.js";
import type { SessionSettings } from "./settings.js";
import type { Dial } from "./socket.js";
import { newCounters, type Statistics } from "./statistics.js";
import { problemOf } from "./store-writer.js";
import { memoryOutbox, memoryPositions, type OutboxStore, type PositionStore } from "./stores.js";
import { throttle } from "./throttle.js";
import { MAX_WAIT_MS } from "./timers.js";

/** What the stores held. */
type Stored = Pick<SessionSettings, "positions" | "messages">;

/** Any name and payload: what the contract allows is checked when it runs. */
type EventMap = Readonly<Record<string, unknown>>;

/** A running session. It exists once the stores are read. */
interface Running {
  readonly session: Session;
  readonly driver: Driver;
}

/** The public client: joins a session, its driver and the application's side. */
export class ClientRuntime implements Client<EventMap, EventMap> {
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #positions: PositionStore;
  readonly #outbox: OutboxStore;
  readonly #application: Application;
  /** What to undo at the end: throttled listeners. */
  readonly #endings = new Set<() => void>();
  /** Loops over events; no event comes any more when the client is closed, whoever closed it. */
  readonly #iterators = new Set<EventIterator>();
  /** Inputs that came before the session exists. */
  readonly #early: SessionInput[] = [];
  readonly #stopSignals: () => void;
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  /** Calls of `connect` that wait for CONNECT. */
  #connecting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #closed: ClosedError | undefined;
  #disconnected: Promise<void> | undefined;

  /** @throws UsageError when an option is malformed. */
  constructor(options: ClientOptions) {
    checkOptions(options);
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
    this.#positions = options.positions ?? memoryPositions();
    this.#outbox = options.outbox ?? memoryOutbox();
    this.#application = new Application({
      positions: this.#positions,
      outbox: this.#outbox,
      tokenProvider: typeof options.token === "function" ? options.token : undefined,
      submit: (input) => {
        this.#submit(input);
      },
      changed: (change) => {
        this.#changed(change);
      },
      closedError: () => this.#closed ?? new ClosedError(CLOSE_CODES.normal, ""),
    });
    this.#stopSignals = platformSignals((signal) => {
      this.signal(signal);
    });
  }

  get state(): ClientConnectionState {
    return this.#closed === undefined ? (this.#running?.session.state ?? "idle") : "closed";
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#running?.session.groups ?? new Map<string, Group>();
  }

  async connect(): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.state === "connected") return;
    const connected = new Promise<void>((resolve, reject) => {
      this.#connecting.push({ resolve, reject });
    });
    this.#starting ??= this.#start();
    try {
      await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      this.#rejectConnecting(error as Error);
    }
    if (this.state === "suspended") this.#submit({ type: "resume" });
    else if (this.#running?.session.state === "idle") this.#submit({ type: "connect" });
    return connected;
  }

  disconnect(reason?: string): Promise<void> {
    checkReason(reason);
    this.#disconnected ??= this.#end(reason);
    return this.#disconnected;
  }

  suspend(): void {
    this.#submit({ type: "suspend" });
  }

  resume(): void {
    this.#submit({ type: "resume" });
  }

  signal(signal: "online" | "visible"): void {
    if (this.#running !== undefined) this.#submit({ type: "signal", signal });
  }

  on(event: string, listener: EventListener, options: ListenOptions = {}): Unsubscribe {
    if (event !== ANY_EVENT) checkEventName(event);
    const { throttleMs } = options;
    checkWhole("throttleMs", throttleMs, MAX_WAIT_MS);
    if (throttleMs === undefined) return this.#application.events.add(event, listener);
    const guarded = (value: ApplicationEvent): void => {
      this.#application.guard(() => void listener(value));
    };
    const throttled = throttle(guarded, throttleMs, this.#clock);
    const remove = this.#application.events.add(event, throttled.call);
    const end = (): void => {
      remove();
      throttled.cancel();
      this.#endings.delete(end);
    };
    this.#endings.add(end);
    return end;
  }

  events(event: string = ANY_EVENT): EventIterator {
    const iterator: EventIterator = new EventIterator((listener) => {
      const remove = this.on(event, listener);
      return () => {
        remove();
        this.#iterators.delete(iterator);
      };
    });
    if (this.#closed === undefined) this.#iterators.add(iterator);
    else iterator.abandon();
    return iterator;
  }

  onState(listener: (change: StateChange) => void): Unsubscribe {
    return this.#application.states.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): Unsubscribe {
    return this.#application.notices.add(listener);
  }

  onFullRefresh(handler: ReloadHandler): Unsubscribe {
    return this.#application.reloads.add(handler);
  }

  onPresence(listener: (change: PresenceChange) => void): Unsubscribe {
    return this.#application.presence.add(listener);
  }

  onEarlierResult(listener: (earlier: EarlierResult) => void): Unsubscribe {
    return this.#application.earlier.add(listener);
  }

  onTrace(listener: (step: Step) => void): Unsubscribe {
    return this.#application.traces.add(listener);
  }

  async send(event: string, payload: unknown, options: SendOptions = {}): Promise<SendResult> {
    if (this.#closed !== undefined) throw this.#closed;
    checkEventName(event);
    const { scope, messageId = this.#uuid() } = options;
    checkMessageId(messageId);
    const copy = jsonCopy("payload", payload);
    checkSend(EVENTS, event, copy);
    const address = scope === undefined ? {} : { scope: jsonCopy("scope", scope) };
    const result = this.#application.sends.add(messageId);
    this.#submit({ type: "send", messageId, event, payload: copy, ...address });
    return result;
  }

  setPresence(presence: {
    readonly status: OwnStatus;
    readonly metadata?: PresenceMetadata;
  }): void {
    const { status, metadata } = presence;
    if (metadata === undefined) {
      this.#submit({ type: "setPresence", status });
      return;
    }
    checkMetadata(metadata);
    this.#submit({ type: "setPresence", status, metadata: jsonCopy("metadata", metadata) });
  }

  statistics(): Statistics {
    const nothing = { ...newCounters(), outboxSize: 0, inFlight: 0, keptEvents: 0, streams: 0 };
    return this.#running?.session.statistics() ?? nothing;
  }

  /** Read the stores, then make the session and hand it what was asked meanwhile. */
  async #start(): Promise<void> {
    const dial = await platformDial(this.#options);
    const stored = await this.#load();
    if (this.#closed === undefined) this.#run(dial, stored);
  }

  async #load(): Promise<Stored> {
    try {
      const positions = await this.#positions.load();
      return { positions, messages: await this.#outbox.load() };
    } catch (cause) {
      throw new StoreError(`A store could not be read: ${problemOf(cause)}`, { cause });
    }
  }

  #run(dial: Dial, stored: Stored): void {
    const session = new Session(this.#settings(stored), this.#options.random ?? Math.random);
    const driver = new Driver(session, {
      url: this.#options.url,
      clock: this.#clock,
      dial,
      perform: (effect) => {
        this.#application.perform(effect);
      },
      trace: (step) => {
        this.#application.trace(step);
      },
    });
    this.#running = { session, driver };
    for (const input of this.#early.splice(0)) driver.submit(input);
  }

  #settings(stored: Stored): SessionSettings {
    const { userId, token, deviceId, heartbeatMs, startFrom } = this.#options;
    return {
      ...stored,
      userId,
      deviceId: deviceId ?? this.#uuid(), // SESS-12
      // CONN-4: a lasting deviceId has had lower numbers in earlier processes, whose time was earlier
      firstAttempt: deviceId === undefined ? 1 : this.#clock.now(),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      startFrom: startFrom ?? "latest",
      tokens: tokensOf(token),
      persistentOutbox: this.#outbox.persistent,
      connectTimeoutMs: this.#options.connectTimeoutMs ?? TIMERS.connectTimeoutMs.default,
      outboxMessages: this.#options.outboxLimit ?? LIMITS.outboxMessages.default,
      keptEvents: this.#options.keptEventsLimit ?? LIMITS.keptEvents.default,
    };
  }

  async #end(reason: string | undefined): Promise<void> {
    this.#stopSignals();
    const running = this.#running;
    if (running === undefined) this.#endBeforeStart(reason ?? "disconnect");
    else this.#submit({ type: "disconnect", ...(reason === undefined ? {} : { reason }) });
    for (const end of [...this.#endings]) end();
    this.#application.clear(); // LIB-2
    await this.#application.flushed();
    await running?.driver.settled(); // LIB-12
  }

  /** There is no session that could settle what was asked for. */
  #endBeforeStart(reason: string): void {
    for (const input of this.#early.splice(0)) {
      if (input.type !== "send") continue;
      this.#application.sends.settle(input.messageId, { status: "failed", reason: "closed" });
    }
    const code = CLOSE_CODES.normal;
    this.#application.tellState({ state: "closed", attempt: 0, code, reason });
  }

  #submit(input: SessionInput): void {
    if (this.#running !== undefined) this.#running.driver.submit(input);
    else if (this.#closed === undefined) this.#early.push(input);
  }

  #changed(change: StateChange): void {
    if (change.state === "connected") {
      for (const { resolve } of this.#connecting.splice(0)) resolve();
    }
    if (change.state !== "closed") return;
    this.#closed = new ClosedError(change.code ?? CLOSE_CODES.normal, change.reason ?? "");
    this.#rejectConnecting(this.#closed);
    for (const iterator of [...this.#iterators]) iterator.abandon();
  }

  #rejectConnecting(error: Error): void {
    for (const { reject } of this.#connecting.splice(0)) reject(error);
  }

  #uuid(): string {
    return (this.#options.uuid ?? randomUuid)();
  }
}

function tokensOf(token: ClientOptions["token"]): SessionSettings["tokens"] {
  if (token === undefined) return { kind: "none" };
  return typeof token === "string" ? { kind: "fixed", token } : { kind: "provider" };
}

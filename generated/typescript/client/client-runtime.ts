import type { OwnStatus, PresenceMetadata } from "../messages.js";
import { CLOSE_CODES, type ClientConnectionState, LIMITS, TIMERS } from "../tables.js";
import {
  type ApplicationEvent,
  applicationEvent,
  type EventListener,
} from "./application-event.js";
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
import { type ApplicationEffect, Driver, type Step } from "./driver.js";
import type { Notice, PresenceChange, Refresh, SendResult, StateChange } from "./effects.js";
import { ClosedError, StoreError, UsageError } from "./errors.js";
import { ANY_EVENT, EventHandlers } from "./event-handlers.js";
import { EventIterator } from "./event-iterator.js";
import type { SessionInput } from "./inputs.js";
import { Listeners } from "./listeners.js";
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
import { PendingSends } from "./pending-sends.js";
import { platformDial, platformSignals, randomUuid } from "./platform.js";
import { ReloadHandlers } from "./reload-handlers.js";
import { Session } from "./session.js";
import type { SessionSettings } from "./settings.js";
import type { Dial } from "./socket.js";
import { newCounters, type Statistics } from "./statistics.js";
import { OutboxWriter, PositionWriter, problemOf } from "./store-writer.js";
import { memoryOutbox, memoryPositions, type OutboxStore, type PositionStore } from "./stores.js";
import { throttle } from "./throttle.js";
import { MAX_WAIT_MS } from "./timers.js";
import { withoutTokens } from "./trace.js";

interface Connecting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A running session. It exists once the stores are read. */
interface Running {
  readonly session: Session;
  readonly driver: Driver;
}

/** The public client: joins a session, its driver, the stores and the application's functions. */
export class ClientRuntime implements Client {
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #positions: PositionStore;
  readonly #outbox: OutboxStore;
  readonly #positionWriter: PositionWriter;
  readonly #outboxWriter: OutboxWriter;
  readonly #events = new EventHandlers();
  readonly #reloads = new ReloadHandlers();
  readonly #states = new Listeners<StateChange>();
  readonly #notices = new Listeners<Notice>();
  readonly #presence = new Listeners<PresenceChange>();
  readonly #earlier = new Listeners<EarlierResult>();
  readonly #traces = new Listeners<Step>();
  readonly #sends = new PendingSends();
  /** What to undo at the end: throttled listeners and iterators. */
  readonly #endings = new Set<() => void>();
  /** Inputs that came before the session exists. */
  readonly #early: SessionInput[] = [];
  readonly #stopSignals: () => void;
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #connecting: Connecting[] = [];
  #closed: ClosedError | undefined;
  #disconnected: Promise<void> | undefined;

  /** @throws UsageError when an option is malformed. */
  constructor(options: ClientOptions) {
    checkOptions(options);
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
    this.#positions = options.positions ?? memoryPositions();
    this.#outbox = options.outbox ?? memoryOutbox();
    const failed = (problem: string): void => {
      this.#notify({ kind: "store_failed", problem });
    };
    this.#positionWriter = new PositionWriter(this.#positions, failed);
    this.#outboxWriter = new OutboxWriter(this.#outbox, failed);
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
      return connected;
    }
    if (this.state === "suspended") this.#submit({ type: "resume" });
    else if (this.state === "idle") this.#submit({ type: "connect" });
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
    if (throttleMs === undefined) return this.#events.add(event, listener);
    const guarded = (value: ApplicationEvent): void => {
      this.#guard(() => void listener(value));
    };
    const throttled = throttle(guarded, throttleMs, this.#clock);
    const remove = this.#events.add(event, throttled.call);
    const end = (): void => {
      remove();
      throttled.cancel();
      this.#endings.delete(end);
    };
    this.#endings.add(end);
    return end;
  }

  events(event: string = ANY_EVENT): EventIterator {
    const iterator = new EventIterator((listener) => {
      const remove = this.on(event, listener);
      return () => {
        remove();
        this.#endings.delete(end);
      };
    });
    const end = (): void => void iterator.return();
    this.#endings.add(end);
    return iterator;
  }

  onState(listener: (change: StateChange) => void): Unsubscribe {
    return this.#states.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): Unsubscribe {
    return this.#notices.add(listener);
  }

  onFullRefresh(handler: ReloadHandler): Unsubscribe {
    return this.#reloads.add(handler);
  }

  onPresence(listener: (change: PresenceChange) => void): Unsubscribe {
    return this.#presence.add(listener);
  }

  onEarlierResult(listener: (earlier: EarlierResult) => void): Unsubscribe {
    return this.#earlier.add(listener);
  }

  onTrace(listener: (step: Step) => void): Unsubscribe {
    return this.#traces.add(listener);
  }

  async send(event: string, payload: unknown, options: SendOptions = {}): Promise<SendResult> {
    if (this.#closed !== undefined) throw this.#closed;
    checkEventName(event);
    const { scope, messageId = this.#uuid() } = options;
    checkMessageId(messageId);
    const copy = jsonCopy("payload", payload);
    const result = this.#sends.add(messageId);
    this.#submit({
      type: "send",
      messageId,
      event,
      payload: copy,
      ...(scope === undefined ? {} : { scope: jsonCopy("scope", scope) }),
    });
    return result;
  }

  setPresence(presence: {
    readonly status: OwnStatus;
    readonly metadata?: PresenceMetadata;
  }): void {
    const { status, metadata } = presence;
    if (metadata !== undefined) checkMetadata(metadata);
    this.#submit({
      type: "setPresence",
      status,
      ...(metadata === undefined ? {} : { metadata: jsonCopy("metadata", metadata) }),
    });
  }

  statistics(): Statistics {
    const nothing = { ...newCounters(), outboxSize: 0, inFlight: 0, keptEvents: 0, streams: 0 };
    return this.#running?.session.statistics() ?? nothing;
  }

  /** Read the stores, then make the session and hand it what was asked meanwhile. */
  async #start(): Promise<void> {
    const dial = await platformDial(this.#options);
    try {
      const positions = await this.#positions.load();
      const messages = await this.#outbox.load();
      this.#run(dial, { positions, messages });
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      throw new StoreError(`A store could not be read: ${problemOf(cause)}`, { cause });
    }
  }

  #run(dial: Dial, stored: Pick<SessionSettings, "positions" | "messages">): void {
    if (this.#closed !== undefined) return;
    const random = this.#options.random ?? Math.random;
    const session = new Session(this.#settings(stored), random);
    const driver = new Driver(session, {
      url: this.#options.url,
      clock: this.#clock,
      dial,
      perform: (effect) => {
        this.#perform(effect);
      },
      trace: (step) => {
        this.#trace(step);
      },
    });
    this.#running = { session, driver };
    for (const input of this.#early.splice(0)) driver.submit(input);
  }

  #settings(stored: Pick<SessionSettings, "positions" | "messages">): SessionSettings {
    const { userId, token, deviceId, heartbeatMs, startFrom } = this.#options;
    return {
      ...stored,
      userId,
      deviceId: deviceId ?? this.#uuid(),
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
    this.#submit({ type: "disconnect", ...(reason === undefined ? {} : { reason }) });
    if (running === undefined) this.#endBeforeStart(reason ?? "disconnect");
    for (const end of [...this.#endings]) end();
    this.#events.clear();
    this.#reloads.clear();
    for (const listeners of [this.#states, this.#notices, this.#presence]) listeners.clear();
    this.#earlier.clear();
    await this.#positionWriter.flushed();
    await this.#outboxWriter.flushed();
    await running?.driver.settled();
    this.#traces.clear();
  }

  /** There is no session that could settle what was asked for. */
  #endBeforeStart(reason: string): void {
    this.#closed = new ClosedError(CLOSE_CODES.normal, reason);
    for (const input of this.#early.splice(0)) {
      if (input.type !== "send") continue;
      this.#sends.settle(input.messageId, { status: "failed", reason: "closed" });
    }
    this.#rejectConnecting(this.#closed);
    this.#tellState({ state: "closed", attempt: 0, code: CLOSE_CODES.normal, reason });
  }

  #submit(input: SessionInput): void {
    if (this.#running !== undefined) this.#running.driver.submit(input);
    else if (this.#closed === undefined) this.#early.push(input);
  }

  #perform(effect: ApplicationEffect): void {
    switch (effect.type) {
      case "deliver":
        this.#deliver(effect);
        return;
      case "reload":
        void this.#reload(effect.reloadId, effect.refresh);
        return;
      case "requestToken":
        void this.#requestToken(effect.requestId);
        return;
      case "storePosition":
        this.#positionWriter.write(effect.position);
        return;
      case "storeMessage": {
        const { messageId } = effect.message;
        this.#outboxWriter.save(effect.message, (problem) => {
          this.#submit({
            type: "messageStored",
            messageId,
            ...(problem === undefined ? {} : { problem }),
          });
        });
        return;
      }
      case "forgetMessage":
        this.#outboxWriter.remove(effect.messageId);
        return;
      case "settle":
        this.#settle(effect.messageId, effect.result);
        return;
      case "refuse":
        this.#sends.refuse(effect.messageId, effect.refusal, this.#closedError());
        return;
      case "state":
        this.#tellState(effect.state);
        return;
      case "notice":
        this.#notify(effect.notice);
        return;
      case "presence":
        this.#tell(this.#presence, effect.presence);
        return;
      case "trace":
        return; // part of the step
    }
  }

  #deliver({ event, module }: ApplicationEffect & { readonly type: "deliver" }): void {
    const { stream, epoch, eventId } = event;
    this.#events.run(applicationEvent(event, module), (problem) => {
      this.#submit({
        type: "handled",
        stream,
        epoch,
        eventId,
        ...(problem === undefined ? {} : { problem }),
      });
    });
  }

  async #reload(reloadId: number, refresh: Refresh): Promise<void> {
    const { stream } = refresh;
    try {
      const lastEventId = await this.#reloads.run(refresh);
      const report = lastEventId === undefined ? {} : { lastEventId };
      this.#submit({ type: "reloaded", stream, reloadId, ...report });
    } catch (error) {
      this.#submit({ type: "reloadFailed", stream, reloadId, problem: problemOf(error) });
    }
  }

  async #requestToken(requestId: number): Promise<void> {
    const { token: provider } = this.#options;
    if (typeof provider !== "function") return;
    try {
      const token = await provider();
      if (typeof token !== "string" || token === "") {
        throw new UsageError("The token provider must answer a token that is not empty");
      }
      this.#submit({ type: "token", requestId, token });
    } catch (error) {
      this.#submit({ type: "tokenFailed", requestId, problem: problemOf(error) });
    }
  }

  #settle(messageId: string, result: SendResult): void {
    if (this.#sends.settle(messageId, result)) return;
    this.#tell(this.#earlier, { messageId, result });
  }

  #tellState(change: StateChange): void {
    if (change.state === "closed") {
      this.#closed = new ClosedError(change.code ?? CLOSE_CODES.normal, change.reason ?? "");
      this.#rejectConnecting(this.#closed);
    }
    if (change.state === "connected") {
      for (const { resolve } of this.#connecting.splice(0)) resolve();
    }
    this.#tell(this.#states, change);
  }

  #rejectConnecting(error: Error): void {
    for (const { reject } of this.#connecting.splice(0)) reject(error);
  }

  #notify(notice: Notice): void {
    for (const listener of this.#notices.all()) {
      try {
        listener(notice);
      } catch {
        // there is nobody left to tell
      }
    }
  }

  #tell<Value>(listeners: Listeners<Value>, value: Value): void {
    for (const listener of listeners.all()) {
      this.#guard(() => {
        listener(value);
      });
    }
  }

  #trace(step: Step): void {
    if (this.#traces.size > 0) this.#tell(this.#traces, withoutTokens(step));
  }

  /** A listener that throws must not keep the rest of an effect from being performed. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#notify({ kind: "listener_failed", problem: problemOf(error) });
    }
  }

  #closedError(): ClosedError {
    return this.#closed ?? new ClosedError(CLOSE_CODES.normal, "closed");
  }

  #uuid(): string {
    return (this.#options.uuid ?? randomUuid)();
  }
}

function tokensOf(token: ClientOptions["token"]): SessionSettings["tokens"] {
  if (token === undefined) return { kind: "none" };
  return typeof token === "string" ? { kind: "fixed", token } : { kind: "provider" };
}

import { EVENTS } from "../events.js";
import type { ApplicationEvent } from "./application-event.js";
import { applicationEvent } from "./application-event.js";
import type { EarlierResult } from "./client.js";
import type { TokenProvider } from "./client-options.js";
import type { ApplicationEffect, Step } from "./driver.js";
import type { Notice, PresenceChange, Refresh, StateChange } from "./effects.js";
import { type ClosedError, UsageError } from "./errors.js";
import { payloadProblem } from "./event-table.js";
import { EventHandlers } from "./event-handlers.js";
import type { SessionInput } from "./inputs.js";
import { Listeners } from "./listeners.js";
import { PendingSends } from "./pending-sends.js";
import { ReloadHandlers } from "./reload-handlers.js";
import { OutboxWriter, PositionWriter, problemOf } from "./store-writer.js";
import type { OutboxStore, PositionStore } from "./stores.js";
import { withoutTokens } from "./trace.js";

export interface ApplicationOptions {
  readonly positions: PositionStore;
  readonly outbox: OutboxStore;
  readonly tokenProvider: TokenProvider | undefined;
  /** Where what the application reports goes. */
  readonly submit: (input: SessionInput) => void;
  /** Told of each state before the listeners are. */
  readonly changed: (change: StateChange) => void;
  /** What a send is refused with when the client is over. */
  readonly closedError: () => ClosedError;
}

/** The application's side of a session: its listeners, stores and token provider. */
export class Application {
  readonly events = new EventHandlers();
  readonly reloads = new ReloadHandlers();
  readonly states = new Listeners<StateChange>();
  readonly notices = new Listeners<Notice>();
  readonly presence = new Listeners<PresenceChange>();
  readonly earlier = new Listeners<EarlierResult>();
  readonly traces = new Listeners<Step>();
  readonly sends = new PendingSends();
  readonly #options: ApplicationOptions;
  readonly #positionWriter: PositionWriter;
  readonly #outboxWriter: OutboxWriter;

  constructor(options: ApplicationOptions) {
    this.#options = options;
    const failed = (problem: string): void => {
      this.#notify({ kind: "store_failed", problem });
    };
    this.#positionWriter = new PositionWriter(options.positions, failed);
    this.#outboxWriter = new OutboxWriter(options.outbox, failed);
  }

  perform(effect: ApplicationEffect): void {
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
          const failure = problem === undefined ? {} : { problem };
          this.#options.submit({ type: "messageStored", messageId, ...failure });
        });
        return;
      }
      case "forgetMessage":
        this.#outboxWriter.remove(effect.messageId);
        return;
      case "settle": {
        const { messageId, result } = effect;
        if (!this.sends.settle(messageId, result)) this.#tell(this.earlier, { messageId, result });
        return;
      }
      case "refuse":
        this.sends.refuse(effect.messageId, effect.refusal, this.#options.closedError());
        return;
      case "state":
        this.tellState(effect.state);
        return;
      case "notice":
        this.#notify(effect.notice);
        return;
      case "presence":
        this.#tell(this.presence, effect.presence);
        return;
      case "trace":
        return; // part of the step
    }
  }

  tellState(change: StateChange): void {
    this.#options.changed(change);
    this.#tell(this.states, change);
  }

  trace(step: Step): void {
    if (this.traces.size > 0) this.#tell(this.traces, withoutTokens(step));
  }

  /** A listener that throws must not keep the rest of an effect from being performed. */
  guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#notify({ kind: "listener_failed", problem: problemOf(error) });
    }
  }

  /** LIB-2: forget every listener. */
  clear(): void {
    this.events.clear();
    this.reloads.clear();
    for (const listeners of [this.states, this.notices, this.presence, this.earlier, this.traces]) {
      listeners.clear();
    }
  }

  /** Resolves when the stores hold everything that was given to them. */
  async flushed(): Promise<void> {
    await this.#positionWriter.flushed();
    await this.#outboxWriter.flushed();
  }

  #deliver({ event, module }: ApplicationEffect & { readonly type: "deliver" }): void {
    const { stream, epoch, eventId } = event;
    const given: ApplicationEvent = applicationEvent(event, module);
    const fault = payloadProblem(EVENTS, event.event, event.payload);
    if (fault !== undefined) {
      this.#notify({ kind: "invalid_event", stream, eventId, event: event.event, problem: fault });
    }
    this.events.run(given, fault === undefined, (problem) => {
      const failure = problem === undefined ? {} : { problem };
      this.#options.submit({ type: "handled", stream, epoch, eventId, ...failure });
    });
  }

  async #reload(reloadId: number, refresh: Refresh): Promise<void> {
    const { stream } = refresh;
    let answer: SessionInput;
    try {
      const lastEventId = await this.reloads.run(refresh);
      const report = lastEventId === undefined ? {} : { lastEventId };
      answer = { type: "reloaded", stream, reloadId, ...report };
    } catch (error) {
      answer = { type: "reloadFailed", stream, reloadId, problem: problemOf(error) };
    }
    this.#options.submit(answer);
  }

  async #requestToken(requestId: number): Promise<void> {
    const { tokenProvider, submit } = this.#options;
    let answer: SessionInput;
    try {
      const token = await tokenProvider?.();
      if (typeof token !== "string" || token === "") {
        throw new UsageError("The token provider must answer a token that is not empty");
      }
      answer = { type: "token", requestId, token };
    } catch (error) {
      answer = { type: "tokenFailed", requestId, problem: problemOf(error) };
    }
    submit(answer);
  }

  #notify(notice: Notice): void {
    for (const listener of this.notices.all()) {
      try {
        listener(notice);
      } catch {
        // there is nobody left to tell
      }
    }
  }

  #tell<Value>(listeners: Listeners<Value>, value: Value): void {
    for (const listener of listeners.all()) {
      this.guard(() => {
        listener(value);
      });
    }
  }
}

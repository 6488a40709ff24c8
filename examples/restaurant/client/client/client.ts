import type { Events, SentEvents } from "../events.js";
import type { OwnStatus, PresenceMetadata, Scope } from "../messages.js";
import type { ClientConnectionState } from "../tables.js";
import type { ApplicationEvent, EventListener } from "./application-event.js";
import type { ClientOptions } from "./client-options.js";
import { ClientRuntime } from "./client-runtime.js";
import type { Step } from "./driver.js";
import type { Notice, PresenceChange, Refresh, SendResult, StateChange } from "./effects.js";
import type { Group } from "./peers.js";
import type { Statistics } from "./statistics.js";

/** Removes the listener it was answered for. Calling it again does nothing. */
export type Unsubscribe = () => void;

/** What a reload may report: the id that the loaded snapshot contains, 0 to 2^53-1. */
export interface ReloadReport {
  readonly lastEventId?: number;
}

/** Reloads the application's state behind a stream. It may fail, and is then called again (REFRESH-22). */
export type ReloadHandler = (
  refresh: Refresh,
) => ReloadReport | undefined | Promise<ReloadReport | undefined>;

/** What became of a message that an earlier process had sent. */
export interface EarlierResult {
  readonly messageId: string;
  readonly result: SendResult;
}

export interface ListenOptions {
  /**
   * Call the listener at most once in this many milliseconds, with the latest event. Such a listener is
   * not waited for: events count as handled when they arrive.
   */
  readonly throttleMs?: number;
}

export interface SendOptions {
  /** Whom it addresses, one of the session's scopes. By default only the user's own devices. */
  readonly scope?: Scope;
  /** UUID to send it under. By default a new one. */
  readonly messageId?: string;
}

/**
 * A session that survives bad networks. Delivery is at least once, with duplicates dropped by (stream,
 * epoch, eventId), and in order within a stream.
 */
export interface Client<Received extends object = Events, Sent extends object = SentEvents> {
  /** idle, connecting, connected, backoff, circuit_open, suspended or closed (LIB-4). */
  readonly state: ClientConnectionState;

  /**
   * Load the stores, dial, and keep the session alive from then on.
   * Resolves at the first CONNECT, however many attempts that takes.
   * @throws ClosedError when a close code ends the client, or `disconnect()` does.
   * @throws StoreError when a store cannot be read; may be called again.
   */
  connect(): Promise<void>;

  /**
   * End for good: presence ends at once, pending sends are settled, and when this resolves no listener
   * is called any more and no timer and no socket is left (LIB-2, LIB-12).
   * @param reason for people, at most 256 characters.
   */
  disconnect(reason?: string): Promise<void>;

  /** Rest: presence ends at once; listeners, outbox and positions are kept (LIB-3). */
  suspend(): void;

  /** Come back after `suspend()`. */
  resume(): void;

  /** The network or the page is back: try at once, where that is allowed (RECON-14). Browsers do it by themselves. */
  signal(signal: "online" | "visible"): void;

  /**
   * Listen for one event by its name, or for all by `*`. A listener by name gets only payloads that the
   * contract allows; others are told by a notice, and to `*` as they came. A promise that the listener answers holds up
   * the stream of the event, and only that; what it throws is reported as a notice (STREAM-17).
   * @throws UsageError when `throttleMs` is not 1 to 2^31-1.
   */
  on<Name extends keyof Received & string>(
    event: Name,
    listener: EventListener<Received[Name], Name>,
    options?: ListenOptions,
  ): Unsubscribe;
  on(event: "*", listener: EventListener, options?: ListenOptions): Unsubscribe;

  /**
   * The same as an async iterator. An event counts as handled when the next one is asked for. It ends
   * when the loop is left and when the client is closed, by `disconnect()` or by the server.
   */
  events<Name extends keyof Received & string>(
    event: Name,
  ): AsyncIterableIterator<ApplicationEvent<Received[Name], Name>>;
  events(event?: "*"): AsyncIterableIterator<ApplicationEvent>;

  /** Told every change of the connection's state, with the delay of a coming attempt (LIB-5). */
  onState(listener: (change: StateChange) => void): Unsubscribe;

  /** Told what a person or a log may want to know: reconnecting, recovered, refreshed, errors (LIB-8). */
  onNotice(listener: (notice: Notice) => void): Unsubscribe;

  /**
   * Called when missed events cannot be given: reload the state behind the stream. Nothing of the stream
   * is delivered until it ends. Where several are set, all are called, and the lowest id that all
   * report counts. Without any, the stream goes on after what was missed.
   */
  onFullRefresh(handler: ReloadHandler): Unsubscribe;

  /** Told every change in the session's presence groups (LIB-16). */
  onPresence(listener: (change: PresenceChange) => void): Unsubscribe;

  /** Told what became of messages that an earlier process left in a persistent outbox. */
  onEarlierResult(listener: (earlier: EarlierResult) => void): Unsubscribe;

  /** Told every input, its effects and the next deadline, without tokens (LIB-13). */
  onTrace(listener: (step: Step) => void): Unsubscribe;

  /**
   * Send a message, now or when there is a connection. It keeps its place and its id over reconnects.
   * Resolves with what became of it.
   * @param event 1 to 128 of the characters A-Z a-z 0-9 _ . : -
   * @param payload any JSON value, within the limits that the server announces (FRAME-22).
   * @throws UsageError when it is no JSON value, a name is malformed, or the contract does not let clients
   *   send it so.
   * @throws FrameTooLargeError, OutboxFullError, ClosedError, by name.
   */
  send<Name extends keyof Sent & string>(
    event: Name,
    payload: Sent[Name],
    options?: SendOptions,
  ): Promise<SendResult>;

  /**
   * Show a status to the others, now and after every reconnect (PRES-22).
   * @throws UsageError when metadata takes more than 4096 bytes of JSON.
   */
  setPresence(presence: { readonly status: OwnStatus; readonly metadata?: PresenceMetadata }): void;

  /** Who is present, by group name. A live view. */
  readonly groups: ReadonlyMap<string, Group>;

  /** What was counted since the client was made (LIB-11). */
  statistics(): Statistics;
}

/**
 * Make a client. It does nothing until `connect()`.
 * @throws UsageError when an option is malformed.
 */
export function createClient<Received extends object = Events, Sent extends object = SentEvents>(
  options: ClientOptions,
): Client<Received, Sent> {
  return new ClientRuntime(options) as Client<Received, Sent>;
}

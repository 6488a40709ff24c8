export { type ApplicationEvent, type EventListener } from "./application-event.js";
export {
  type Client,
  createClient,
  type EarlierResult,
  type ListenOptions,
  type ReloadHandler,
  type ReloadReport,
  type SendOptions,
  type Unsubscribe,
} from "./client.js";
export { type ClientOptions, type TokenProvider } from "./client-options.js";
export type { EventRow, EventTable } from "./event-table.js";
export { type Clock, systemClock } from "./clock.js";
export { type Step } from "./driver.js";
export type {
  Notice,
  OpenEffect,
  PresenceChange,
  Refresh,
  Refusal,
  SendResult,
  SessionEffect,
  StateChange,
} from "./effects.js";
export {
  ClosedError,
  FrameTooLargeError,
  LocalProtocolError,
  OutboxFullError,
  StoreError,
  UsageError,
} from "./errors.js";
export type { SessionInput } from "./inputs.js";
export {
  type KeyValueStorage,
  localStorageOutbox,
  localStoragePositions,
} from "./local-storage-stores.js";
export type { Move } from "./machine.js";
export type { Group } from "./peers.js";
export { Session } from "./session.js";
export type { SessionSettings, StartFrom } from "./settings.js";
export type { Dial, DialRequest, Socket, SocketListener } from "./socket.js";
export type { Statistics } from "./statistics.js";
export type { StoredMessage } from "./stored.js";
export { memoryOutbox, memoryPositions, type OutboxStore, type PositionStore } from "./stores.js";
export { type WebSocketClass, webSocketDial, type WebSocketLike } from "./web-socket.js";

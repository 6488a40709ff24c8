export { createServer, type Server, type ServerOptions } from "./server.js";
export type { AuthOptions, JwtAuth, NoAuth } from "./auth.js";
export { systemClock, VirtualClock, type Alarm, type Clock } from "./clock.js";
export type { LimitName, ProtocolOptions, TimerName } from "./config.js";
export type { EventContract } from "./event-contract.js";
export type { Logger } from "./logger.js";
export type { MessageLimit } from "./message-limits.js";
export {
  ApplicationAway,
  type ClientMessage,
  type MessageDecision,
  type MessageHandler,
  type RefusalCode,
} from "./messages/message-handler.js";
export type { WebhookOptions } from "./messages/webhook.js";
export type { Origins } from "./origins.js";
export type { SessionChange, SessionInfo, SessionQuery } from "./session-list.js";
export { memoryStore, type MemoryStoreOptions } from "./stores/memory.js";
export type { SessionPolicy, Store } from "./stores/store.js";
export type { TlsOptions } from "./tls.js";
export { UsageError } from "./usage-error.js";

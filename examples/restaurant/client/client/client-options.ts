import type { Clock } from "./clock.js";
import type { Dial } from "./socket.js";
import type { OutboxStore, PositionStore } from "./stores.js";
import type { StartFrom } from "./settings.js";
import type { WebSocketClass } from "./web-socket.js";

/** Gives a valid token. Called before every connection and before a token ends (AUTH-17, AUTH-8). */
export type TokenProvider = () => string | Promise<string>;

/** What a client is made with. */
export interface ClientOptions {
  /** `ws://` or `wss://` address of the server. */
  readonly url: string;
  /** 1 to 128 of the characters A-Z a-z 0-9 _ . : - */
  readonly userId: string;
  /**
   * A token, or what gives one. With a fixed token the client stops when it ends (RECON-24). A provider
   * that throws is asked again later, under the usual delays (AUTH-19).
   */
  readonly token?: string | TokenProvider;
  /**
   * Names this device over restarts of the process, same characters as `userId`. By default random and
   * in memory only (SESS-12). Two running clients must not share one.
   */
  readonly deviceId?: string;
  /** Wished heartbeat interval in milliseconds, 1 to 2^31-1; the server clamps it and announces the result. */
  readonly heartbeatMs?: number;
  /**
   * Where a stream begins that has no stored position: `latest` (default), `acked` (where this device
   * last acknowledged) or `earliest` (as far as the server's history goes).
   */
  readonly startFrom?: StartFrom;
  /** Where positions are kept. By default in memory. */
  readonly positions?: PositionStore;
  /** Where unanswered messages are kept. By default in memory. */
  readonly outbox?: OutboxStore;
  /** A browser's WebSocket class. By default the `ws` package in Node, else the global one. */
  readonly webSocket?: WebSocketClass;
  /** Opens sockets in place of any WebSocket class. */
  readonly dial?: Dial;
  /** Time. By default the platform's. */
  readonly clock?: Clock;
  /** Chance, uniform in [0, 1). By default `Math.random`. */
  readonly random?: () => number;
  /** New UUIDs for messages and for a deviceId. By default `crypto.randomUUID`. */
  readonly uuid?: () => string;
  /** From dialling to CONNECT, in milliseconds, 1 to 2^31-1. Default 10 000 (CONN-20). */
  readonly connectTimeoutMs?: number;
  /** Messages that may wait for an answer, 1 to 1 000 000. Default 1 000 (MSG-22). */
  readonly outboxLimit?: number;
  /** Events kept for one stream while they cannot be delivered, 1 to 1 000 000. Default 1 000 (STREAM-9). */
  readonly keptEventsLimit?: number;
}

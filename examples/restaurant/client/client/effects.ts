import type {
  EventFrame,
  PresenceMember,
  RefreshReason,
  Scope,
  StreamPosition,
} from "../messages.js";
import type { ClientConnectionState } from "../tables.js";
import type { StoredMessage } from "./stored.js";

/** What a session wants done, as plain data. Performed in order, never while the session is handling. */
export type SessionEffect =
  | OpenEffect
  | { readonly type: "send"; readonly generation: number; readonly text: string }
  | {
      readonly type: "close";
      readonly generation: number;
      readonly code: number;
      readonly reason: string;
    }
  | {
      readonly type: "requestToken";
      readonly requestId: number;
      readonly purpose: "connect" | "refresh";
    }
  | { readonly type: "deliver"; readonly event: EventFrame; readonly module?: string }
  | { readonly type: "reload"; readonly reloadId: number; readonly refresh: Refresh }
  | { readonly type: "storePosition"; readonly position: StreamPosition }
  | { readonly type: "storeMessage"; readonly message: StoredMessage }
  | { readonly type: "forgetMessage"; readonly messageId: string }
  | { readonly type: "settle"; readonly messageId: string; readonly result: SendResult }
  | { readonly type: "refuse"; readonly messageId: string; readonly refusal: Refusal }
  | { readonly type: "state"; readonly state: StateChange }
  | { readonly type: "notice"; readonly notice: Notice }
  | { readonly type: "presence"; readonly presence: PresenceChange }
  | { readonly type: "trace"; readonly note: string };

/** Dial. How these values travel (query, header, subprotocol) is the driver's business (LIB-14). */
export interface OpenEffect {
  readonly type: "open";
  readonly generation: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly attempt: number;
  readonly intentAgeMs: number;
  readonly heartbeatMs?: number;
  readonly token?: string;
}

/** Why and to where the application reloads the state behind a stream. */
export interface Refresh {
  readonly stream: string;
  readonly epoch: string;
  /** The stream resumes from here, unless the snapshot reports a higher id. */
  readonly lastEventId: number;
  readonly reason: RefreshReason;
  readonly scope?: Scope;
  readonly module?: string;
}

/** What became of a MESSAGE. */
export type SendResult =
  | {
      readonly status: "accepted";
      readonly stream?: string;
      readonly epoch?: string;
      readonly eventId?: number;
      /** The server had it already; the outcome is the original one. */
      readonly duplicate?: boolean;
    }
  /** The server or the client refused it for good: an error code, `closed`, `store_failed` or a limit. */
  | { readonly status: "failed"; readonly reason: string }
  /**
   * It may or may not have been accepted. `kept` says that a persistent outbox still holds it, so that
   * the next start sends it or reports again.
   */
  | { readonly status: "unknown_outcome"; readonly kept?: boolean };

/** Why a send was refused before it entered the outbox. */
export type Refusal =
  | { readonly why: "closed" }
  /** The messageId is that of a message without a result, perhaps of an earlier process. */
  | { readonly why: "id_in_use" }
  | { readonly why: "outbox_full"; readonly limit: number }
  | {
      readonly why: "frame_too_large" | "payload_too_large";
      readonly limit: number;
      readonly bytes: number;
    };

/** A change of the connection's state (LIB-4). */
export interface StateChange {
  readonly state: ClientConnectionState;
  /** Retries in a row so far; 0 for the first attempt of an intent and while all is well. */
  readonly attempt: number;
  /** In `backoff` and `circuit_open`: how long it will really wait, in milliseconds (LIB-5). */
  readonly retryInMs?: number;
  /** Close code that led here, if an end did. */
  readonly code?: number;
  readonly reason?: string;
}

/** Something that a person or a log may want to know. */
export type Notice =
  | { readonly kind: "reconnecting"; readonly attempt: number; readonly retryInMs: number }
  /** Connected again, and every stream has caught up or was refreshed. */
  | { readonly kind: "recovered"; readonly downMs: number }
  | { readonly kind: "refreshed"; readonly stream: string; readonly reason: RefreshReason }
  | {
      readonly kind: "reload_failed";
      readonly stream: string;
      readonly problem: string;
      readonly retryInMs: number;
    }
  | {
      readonly kind: "handler_failed";
      readonly stream: string;
      readonly eventId: number;
      readonly problem: string;
    }
  /** An event came whose payload the contract does not allow. It counts as handled. */
  | {
      readonly kind: "invalid_event";
      readonly stream: string;
      readonly eventId: number;
      readonly event: string;
      readonly problem: string;
    }
  | {
      readonly kind: "server_error";
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
      readonly messageId?: string;
      readonly stream?: string;
    }
  /** The server broke the protocol; the frame had no effect. */
  | { readonly kind: "remote_protocol_error"; readonly problem: string }
  | { readonly kind: "token_failed"; readonly problem: string }
  /** A frame was larger than the server takes, which would have ended the session. */
  | {
      readonly kind: "not_sent";
      readonly type: string;
      readonly bytes: number;
      readonly limit: number;
    }
  /** A store could not be written. Positions are tried again with the next one. */
  | { readonly kind: "store_failed"; readonly problem: string }
  /** A listener of the application threw, other than one for an event. */
  | { readonly kind: "listener_failed"; readonly problem: string };

/** A change in a presence group. `state` lists everyone, `diff` what changed, `gone` ends the group. */
export type PresenceChange =
  | {
      readonly kind: "state";
      readonly group: string;
      readonly scope: Scope;
      readonly members: readonly PresenceMember[];
      /** How many are present, listed or not. */
      readonly memberCount: number;
      readonly truncated: boolean;
    }
  | {
      readonly kind: "diff";
      readonly group: string;
      readonly scope: Scope;
      readonly updates: readonly PresenceMember[];
      readonly leaves: readonly string[];
      readonly memberCount: number;
    }
  | { readonly kind: "gone"; readonly group: string; readonly scope: Scope };

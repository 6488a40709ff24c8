import type { OwnStatus, PresenceMetadata, Scope } from "../messages.js";

/**
 * Everything that can happen to a session, as plain data. Whatever comes from an attempt carries its
 * generation, so that a late one of an older attempt is told apart (RECON-17).
 */
export type SessionInput =
  ConnectionInput | ApplicationInput | StreamInput | { readonly type: "tick" };

/** What the socket and the token provider report. */
export type ConnectionInput =
  | { readonly type: "opened"; readonly generation: number }
  | { readonly type: "frame"; readonly generation: number; readonly text: string }
  | {
      readonly type: "ended";
      readonly generation: number;
      /** Close code, 1006 where the link broke without one. */
      readonly code: number;
      readonly reason?: string;
    }
  | { readonly type: "token"; readonly requestId: number; readonly token: string }
  | { readonly type: "tokenFailed"; readonly requestId: number; readonly problem: string };

/** What the application and its platform ask for. */
export type ApplicationInput =
  | { readonly type: "connect" }
  | { readonly type: "suspend" }
  | { readonly type: "resume" }
  | { readonly type: "disconnect"; readonly reason?: string }
  | { readonly type: "signal"; readonly signal: "online" | "visible" }
  | {
      readonly type: "send";
      readonly messageId: string;
      readonly event: string;
      readonly payload: unknown;
      readonly scope?: Scope;
    }
  /** The outbox store has (or has not) taken what `storeMessage` asked for. */
  | { readonly type: "messageStored"; readonly messageId: string; readonly problem?: string }
  | {
      readonly type: "setPresence";
      readonly status: OwnStatus;
      readonly metadata?: PresenceMetadata;
    };

/** What the application's handlers report. */
export type StreamInput =
  | {
      readonly type: "handled";
      readonly stream: string;
      readonly epoch: string;
      readonly eventId: number;
      /** What a handler threw; the event counts as handled all the same (STREAM-17). */
      readonly problem?: string;
    }
  | {
      readonly type: "reloaded";
      readonly stream: string;
      readonly reloadId: number;
      /** The id that the loaded snapshot contains, 0 to 2^53-1 (REFRESH-18). */
      readonly lastEventId?: number;
    }
  | {
      readonly type: "reloadFailed";
      readonly stream: string;
      readonly reloadId: number;
      readonly problem: string;
    };

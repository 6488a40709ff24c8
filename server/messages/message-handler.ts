import type { Scope } from "../../generated/typescript/messages.js";
import type { Awaitable } from "../stores/store.js";

/** A MESSAGE of a client as the application behind the server receives it. */
export interface ClientMessage {
  /** The client's UUID of the message. It comes again with a repeat, so that a repeat can be ignored. */
  readonly messageId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly deviceId?: string;
  readonly event: string;
  /** Any JSON value; not looked at by the server. */
  readonly payload: unknown;
  /** Where the client wants it published; absent: its own stream. One of the session's scopes. */
  readonly scope?: Scope;
}

/** Codes with which an application may refuse a message for good. */
export type RefusalCode = "forbidden" | "unsupported_event" | "invalid_message";

/** What becomes of a message. */
export type MessageDecision =
  /** It is published as an event to its scope, as without a handler. */
  | { readonly outcome: "publish" }
  /** It is acknowledged; nothing is published. */
  | { readonly outcome: "accept" }
  /** It is answered with an ERROR, finally. `message` is for people, at most 256 characters. */
  | { readonly outcome: "refuse"; readonly code: RefusalCode; readonly message: string };

/**
 * Decides about each MESSAGE whose outcome is not known yet; those of one session come one after the
 * other (MSG-13). A handler may be asked again about a messageId when its answer was lost.
 * @throws ApplicationAway when the message had no effect and is to wait (MSG-17); anything else that is
 *   thrown costs the client one ERROR `internal` with an unknown outcome (MSG-19)
 */
export type MessageHandler = (message: ClientMessage) => Awaitable<MessageDecision>;

/** The application behind the server cannot be reached: messages wait in order until it can. */
export class ApplicationAway extends Error {
  override readonly name = "ApplicationAway";
}

import { BEARER_PREFIX, SUBPROTOCOL } from "../tables.js";
import type { OpenEffect } from "./effects.js";
import { utf8Length } from "./utf8.js";

/** How to reach the server. */
export interface DialRequest {
  /** With the query of this attempt, without the token. */
  readonly url: string;
  /** Subprotocols to offer, without the bearer entry. */
  readonly subprotocols: readonly string[];
  readonly token?: string;
}

/** What a socket reports. Nothing comes after `ended`. */
export interface SocketListener {
  opened(): void;
  text(text: string): void;
  /** @param code the close code, 1006 where there was none. */
  ended(code: number, reason: string): void;
}

/** An open or opening connection. */
export interface Socket {
  send(text: string): void;
  /** Close, reporting nothing more; resolves when nothing of the socket is left, in 2 s at the latest. */
  close(code: number, reason: string): Promise<void>;
}

/** Opens a socket. Must not report before it has returned. */
export type Dial = (request: DialRequest, listener: SocketListener) => Socket;

/** How long a closing handshake may take before the socket is dropped, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** The URL and subprotocols of an attempt (CONN-2, CONN-8). The token travels as the dialler can. */
export function dialRequest(baseUrl: string, open: OpenEffect): DialRequest {
  const url = new URL(baseUrl);
  const { userId, deviceId, attempt, intentAgeMs, heartbeatMs, token } = open;
  url.searchParams.set("userId", userId);
  url.searchParams.set("deviceId", deviceId);
  url.searchParams.set("attempt", String(attempt));
  url.searchParams.set("intentAgeMs", String(intentAgeMs));
  if (heartbeatMs !== undefined) url.searchParams.set("heartbeatMs", String(heartbeatMs));
  return {
    url: url.href,
    subprotocols: [SUBPROTOCOL],
    ...(token === undefined ? {} : { token }),
  };
}

/** CONN-7: the subprotocol entry that carries a token where no header can. */
export function bearerSubprotocol(token: string): string {
  const bytes = new TextEncoder().encode(token);
  const base64 = btoa(String.fromCharCode(...bytes));
  return BEARER_PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

/** A close frame has room for this much reason (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/** A reason that fits a close frame. */
export function closeReason(reason: string): string {
  const characters = Array.from(reason);
  while (utf8Length(characters.join("")) > MAX_REASON_BYTES) characters.pop();
  return characters.join("");
}

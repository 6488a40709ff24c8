import type { Awaitable } from "../stores/store.js";

/**
 * What the server needs of a WebSocket and HTTP implementation, and no more. A transport knows nothing
 * of the protocol beyond the subprotocol that it is told to select.
 */
export interface Transport {
  readonly name: "uws" | "ws";
  /**
   * Listens and returns the port.
   * @throws UsageError when the address cannot be had
   */
  listen(port: number, host: string | undefined): Promise<number>;
  /** Stops listening and drops what is still open. */
  close(): Promise<void>;
}

/** Bounds that a transport keeps by itself. */
export interface TransportOptions {
  /** Messages beyond this are not even assembled. Above the protocol's own limit, which is answered with 1009. */
  readonly maxMessageBytes: number;
  /** Request bodies beyond this are answered 413. */
  readonly maxBodyBytes: number;
  /** Unsent bytes beyond which the transport may drop; well above the server's own bounds. */
  readonly maxBufferedBytes: number;
  /**
   * A connection whose request, upgrade or body is not complete after so long is dropped, milliseconds. uWS
   * has a bound of its own, about 10 s, that cannot be set.
   */
  readonly requestTimeoutMs?: number;
  /** PEM files; absent: plain text. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
}

/** The server as a transport sees it. */
export interface TransportHost {
  /** Decides about an upgrade at once, before the socket exists. */
  upgrade(request: UpgradeRequest): UpgradeDecision;
  /** A socket is open; the returned connection receives everything that happens on it. */
  opened(socket: Socket, request: UpgradeRequest): Connection;
  http(request: HttpRequest): Awaitable<HttpAnswer>;
  /** A callback threw: the transport closes that connection with 1011 and goes on. */
  failed(error: unknown): void;
}

export interface RequestHead {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress: string;
}

export interface UpgradeRequest extends RequestHead {
  readonly offeredProtocols: readonly string[];
}

export type UpgradeDecision =
  | { readonly kind: "accept"; readonly protocol: string | undefined }
  | { readonly kind: "refuse"; readonly answer: HttpAnswer };

export interface HttpRequest extends RequestHead {
  readonly method: string;
  /** Absent where the body was larger than maxBodyBytes. */
  readonly body: Uint8Array | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One open WebSocket. Calls after its end have no effect. */
export interface Socket {
  /**
   * Sends a text message: a string, or bytes that are UTF-8 and never change again. False when bytes are
   * left that the peer has not taken yet.
   */
  send(frame: string | Uint8Array): boolean;
  /** Sends several in one write. */
  sendAll(frames: readonly (string | Uint8Array)[]): boolean;
  ping(): void;
  /** Sends a close frame; `closed` follows when the socket is over. */
  end(code: number, reason: string): void;
  /** Drops the connection without a close frame. */
  terminate(): void;
  /** Bytes that the peer has not taken yet. */
  bufferedBytes(): number;
}

/** The server's side of one socket. `closed` comes exactly once and last. */
export interface Connection {
  /** `data` is only valid during the call. */
  received(data: ArrayBuffer | Uint8Array, isBinary: boolean): void;
  ponged(): void;
  drained(): void;
  closed(code: number): void;
}

/** An address in its shortest form, IPv4 in dots also where a dual-stack socket wraps it. */
export function shortAddress(address: string): string {
  if (!address.includes(":")) return address;
  const plain = address.split("%", 1)[0] ?? address;
  if (!URL.canParse(`http://[${plain}]`)) return address;
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const wrapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (wrapped === null) return short;
  const high = parseInt(wrapped[1] ?? "0", 16);
  const low = parseInt(wrapped[2] ?? "0", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Splits the header in which a client offers subprotocols. */
export function offeredProtocols(header: string | undefined): string[] {
  return (header ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Standard phrase of the statuses in use. */
export function statusLine(status: number): string {
  return `${status} ${PHRASES[status] ?? "Status"}`;
}

const PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

import { createRequire } from "node:module";
import { askedAgain, listenFault } from "./listen-fault.js";
import {
  offeredProtocols,
  shortAddress,
  statusLine,
  type Connection,
  type HttpAnswer,
  type HttpRequest,
  type RequestHead,
  type Socket,
  type Transport,
  type TransportHost,
  type TransportOptions,
  type UpgradeRequest,
} from "./transport.js";

// Own types for what is used: those of the package lag its binary.
type Native = string | ArrayBuffer | Uint8Array;

interface UwsSocket {
  send(message: Native, isBinary: boolean, compress: boolean): number;
  ping(): number;
  end(code: number, reason: string): void;
  close(): void;
  cork(write: () => void): void;
  getBufferedAmount(): number;
}

/** One key only: uWS gives the socket these as properties, and one named like a method would hide it. */
interface UserData {
  readonly latido: OpenSocket;
}

type UserSocket = UwsSocket & UserData;

interface UwsResponse {
  onAborted(handler: () => void): void;
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): void;
  cork(write: () => void): void;
  writeStatus(status: string): UwsResponse;
  writeHeader(name: string, value: string): UwsResponse;
  end(body: string, closeConnection: boolean): void;
  upgrade(
    data: UserData,
    key: string,
    protocol: string,
    extensions: string,
    context: unknown,
  ): void;
  getRemoteAddressAsText(): ArrayBuffer;
}

interface UwsRequest {
  getUrl(): string;
  getQuery(): string | undefined;
  getMethod(): string;
  getHeader(name: string): string;
  forEach(visit: (name: string, value: string) => void): void;
}

interface UwsApp {
  ws(pattern: string, behavior: Readonly<Record<string, unknown>>): UwsApp;
  any(pattern: string, handler: (response: UwsResponse, request: UwsRequest) => void): UwsApp;
  listen(...given: unknown[]): UwsApp;
  close(): void;
}

/** The part of the native module that is used. */
export interface UwsModule {
  App(): UwsApp;
  SSLApp(options: Readonly<Record<string, string>>): UwsApp;
  us_listen_socket_close(token: unknown): void;
  us_socket_local_port(token: unknown): number;
  readonly DISABLED: number;
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

/** Loads the native module; a reason instead where this machine has no binary for it. */
export function loadUws(
  load: () => unknown = () => createRequire(import.meta.url)("uWebSockets.js") as unknown,
): UwsModule | { readonly reason: string } {
  try {
    return load() as UwsModule;
  } catch (error) {
    return { reason: firstCause(error instanceof Error ? error.message : "") };
  }
}

/** In one line. The module lists the platforms that it knows and says last what went wrong on this one. */
function firstCause(message: string): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const cause = lines.findLast((line) => line.startsWith("Error: "))?.slice("Error: ".length);
  return cause ?? lines[0] ?? "it cannot be loaded";
}

/** The transport on uWebSockets.js. */
export function uwsTransport(
  uws: UwsModule,
  host: TransportHost,
  options: TransportOptions,
): Transport {
  const { tls } = options;
  const app =
    tls === undefined
      ? uws.App()
      : uws.SSLApp({ cert_file_name: tls.certFile, key_file_name: tls.keyFile });
  let token: unknown;
  app.ws("/*", {
    maxPayloadLength: options.maxMessageBytes,
    maxBackpressure: options.maxBufferedBytes,
    idleTimeout: 0,
    sendPingsAutomatically: false,
    compression: uws.DISABLED,
    upgrade(response: UwsResponse, request: UwsRequest, context: unknown) {
      response.onAborted(() => undefined);
      safely(host, () => {
        const head = requestHead(response, request);
        const upgrade = {
          ...head,
          offeredProtocols: offeredProtocols(head.headers["sec-websocket-protocol"]),
        };
        const decision = host.upgrade(upgrade);
        response.cork(() => {
          if (decision.kind === "refuse") write(response, decision.answer, true);
          else {
            response.upgrade(
              { latido: new OpenSocket(upgrade) },
              head.headers["sec-websocket-key"] ?? "",
              decision.protocol ?? "",
              "",
              context,
            );
          }
        });
      });
    },
    open(ws: UserSocket) {
      safely(host, () => {
        ws.latido.open(ws, host);
      });
    },
    message(ws: UserSocket, data: ArrayBuffer, isBinary: boolean) {
      // Written out: this runs for every message, and a closure each would be felt.
      const { latido } = ws;
      try {
        latido.connection?.received(data, isBinary);
      } catch (error) {
        failed(host, latido, error);
      }
    },
    pong(ws: UserSocket) {
      deliver(host, ws, (to) => {
        to.ponged();
      });
    },
    drain(ws: UserSocket) {
      ws.latido.endIfDrained();
      deliver(host, ws, (to) => {
        to.drained();
      });
    },
    close(ws: UserSocket, code: number) {
      safely(host, () => {
        ws.latido.over(code);
      });
    },
  });
  app.any("/*", (response, request) => {
    safely(host, () => {
      answerRequest(host, options, response, request);
    });
  });
  return {
    name: "uws",
    listen: (port, address) =>
      new Promise((resolve, reject) => {
        const given = address === undefined ? [] : [address];
        app.listen(...given, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (listening: unknown) => {
          if (listening === false || listening === null || listening === undefined) {
            void askedAgain(port, address).then((cause) => {
              reject(listenFault(port, address, cause));
            });
            return;
          }
          token = listening;
          resolve(uws.us_socket_local_port(listening));
        });
      }),
    close() {
      if (token !== undefined) uws.us_listen_socket_close(token);
      token = undefined;
      app.close();
      return Promise.resolve();
    },
  };
}

/** What the native send answers when nothing is left waiting, and when it dropped the message. */
const SENT = 1;
const DROPPED = 2;

/** A message that was dropped leaves a stream that nobody can trust: the connection is over. */
function written(ws: UwsSocket, frame: string | Uint8Array): number {
  const result = ws.send(frame, false, false);
  if (result === DROPPED) ws.close();
  return result;
}

/** A native handle throws on every call after its close, so it is let go there. */
class OpenSocket implements Socket {
  #ws: UwsSocket | undefined;
  /** Let go when the socket is open, so that an idle connection does not hold its headers. */
  #request: UpgradeRequest | undefined;
  /** The socket may be over before the connection is known. */
  #connection: Connection | undefined;
  #overBy: number | undefined;
  #ending: { readonly code: number; readonly reason: string } | undefined;

  constructor(request: UpgradeRequest) {
    this.#request = request;
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  open(ws: UwsSocket, host: TransportHost): void {
    const request = this.#request;
    if (request === undefined) return;
    this.#request = undefined;
    this.#ws = ws;
    try {
      const connection = host.opened(this, request);
      if (this.#overBy === undefined) this.#connection = connection;
      else connection.closed(this.#overBy);
    } catch (error) {
      this.endNow(1011, "");
      throw error;
    }
  }

  over(code: number): void {
    this.#ws = undefined;
    this.#overBy = code;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.closed(code);
  }

  send(frame: string | Uint8Array): boolean {
    return this.#ws === undefined || written(this.#ws, frame) === SENT;
  }

  sendAll(frames: readonly (string | Uint8Array)[]): boolean {
    const ws = this.#ws;
    if (ws === undefined) return true;
    corkedSocket = ws;
    corkedFrames = frames;
    ws.cork(writeCorked);
    corkedSocket = undefined;
    return areCorkedSent;
  }

  ping(): void {
    this.#ws?.ping();
  }

  /**
   * The native close drops a socket with unsent bytes within four seconds, whatever it had still to tell:
   * so those go first, for as long as the session waits for the end (POS-17).
   */
  end(code: number, reason: string): void {
    if (this.bufferedBytes() > 0) this.#ending = { code, reason };
    else this.endNow(code, reason);
  }

  endIfDrained(): void {
    if (this.#ending === undefined || this.bufferedBytes() > 0) return;
    this.endNow(this.#ending.code, this.#ending.reason);
  }

  endNow(code: number, reason: string): void {
    this.#ending = undefined;
    this.#ws?.end(code, reason);
  }

  terminate(): void {
    this.#ws?.close();
  }

  bufferedBytes(): number {
    return this.#ws?.getBufferedAmount() ?? 0;
  }
}

// One function for all corked writes instead of a closure each.
let corkedSocket: UwsSocket | undefined;
let corkedFrames: readonly (string | Uint8Array)[] = [];
let areCorkedSent = true;

function writeCorked(): void {
  areCorkedSent = true;
  for (const frame of corkedFrames) {
    const result = corkedSocket === undefined ? DROPPED : written(corkedSocket, frame);
    if (result !== SENT) areCorkedSent = false;
    if (result === DROPPED) return; // the socket is closed, and throws from here on
  }
}

function deliver(host: TransportHost, ws: UserSocket, call: (to: Connection) => void): void {
  const { latido } = ws;
  if (latido.connection === undefined) return;
  try {
    call(latido.connection);
  } catch (error) {
    failed(host, latido, error);
  }
}

function failed(host: TransportHost, socket: OpenSocket, error: unknown): void {
  host.failed(error);
  socket.endNow(1011, "");
}

/** An exception must not leave a native callback: it would end the process. */
function safely(host: TransportHost, act: () => void): void {
  try {
    act();
  } catch (error) {
    host.failed(error);
  }
}

/** Copies what is wanted of a request, which is gone when its handler returns. */
function requestHead(response: UwsResponse, request: UwsRequest): RequestHead {
  const headers: Record<string, string | undefined> = {};
  request.forEach((name, value) => {
    headers[name] = value;
  });
  return {
    path: request.getUrl(),
    query: request.getQuery() ?? "",
    headers,
    remoteAddress: shortAddress(Buffer.from(response.getRemoteAddressAsText()).toString()),
  };
}

function answerRequest(
  host: TransportHost,
  options: TransportOptions,
  response: UwsResponse,
  request: UwsRequest,
): void {
  const head = requestHead(response, request);
  const method = request.getMethod().toUpperCase();
  const chunks: Buffer[] = [];
  let size = 0;
  let isGone = false;
  response.onAborted(() => {
    isGone = true;
  });
  const finish = (answer: HttpAnswer): void => {
    if (isGone) return;
    response.cork(() => {
      write(response, answer, !mayGoOn(method, answer));
    });
  };
  response.onData((chunk, isLast) => {
    safely(host, () => {
      size += chunk.byteLength;
      if (size <= options.maxBodyBytes) chunks.push(Buffer.from(new Uint8Array(chunk)));
      if (!isLast) return;
      const body = size <= options.maxBodyBytes ? Buffer.concat(chunks) : undefined;
      void respond(host, { ...head, method, body }).then(finish);
    });
  });
}

async function respond(host: TransportHost, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await host.http(request);
  } catch (error) {
    host.failed(error);
    return { status: 500, headers: {}, body: "" };
  }
}

/**
 * Whether a connection may bring another request. One packet holds hundreds of them, which are all answered
 * in one turn of the event loop, so only applications that publish may go on.
 */
function mayGoOn(method: string, { status }: HttpAnswer): boolean {
  return method === "POST" && status < 400;
}

function write(response: UwsResponse, answer: HttpAnswer, isLast: boolean): void {
  response.writeStatus(statusLine(answer.status));
  for (const [name, value] of Object.entries(answer.headers)) response.writeHeader(name, value);
  response.end(answer.body, isLast);
}

import { askedAgain, listenFault } from "./listen-fault.js";
import { safely } from "./safely.js";
import {
  offeredProtocols,
  type Connection,
  type Socket,
  type Transport,
  type TransportHost,
  type TransportOptions,
  type UpgradeRequest,
} from "./transport.js";
import { answerRequest, requestHead, writeAnswer } from "./uws-http.js";
import type { UwsModule, UwsRequest, UwsResponse, UwsSocket } from "./uws-native.js";

/** One key only: uWS gives the socket these as properties, and one named like a method would hide it. */
interface UserData {
  readonly latido: OpenSocket;
}

type UserSocket = UwsSocket & UserData;

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
          if (decision.kind === "refuse") writeAnswer(response, decision.answer, true);
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

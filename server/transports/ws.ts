import { readFileSync } from "node:fs";
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { listenFault } from "./listen-fault.js";
import {
  offeredProtocols,
  shortAddress,
  type Connection,
  type HttpAnswer,
  type RequestHead,
  type Socket,
  type Transport,
  type TransportHost,
  type TransportOptions,
  type UpgradeRequest,
} from "./transport.js";

const TEXT = { binary: false, compress: false } as const;

/** The transport on `ws` and Node's own HTTP server. Works wherever Node does. */
export function wsTransport(host: TransportHost, options: TransportOptions): Transport {
  const patience = patienceOf(options.requestTimeoutMs);
  const http: Server =
    options.tls === undefined
      ? createServer(patience)
      : createTlsServer({
          ...patience,
          ...(options.requestTimeoutMs && { handshakeTimeout: options.requestTimeoutMs }),
          cert: readFileSync(options.tls.certFile),
          key: readFileSync(options.tls.keyFile),
        });
  const decided = new WeakMap<IncomingMessage, string | undefined>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: options.maxMessageBytes,
    handleProtocols: (_offered, request) => decided.get(request) ?? false,
  });
  http.on("request", (request, response) => {
    void answerRequest(host, options, request, response);
  });
  http.on("upgrade", (message: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Node has taken its own listeners away, and an error that nobody hears ends the process.
    stream.on("error", () => undefined);
    try {
      const request = upgradeRequest(message);
      const decision = host.upgrade(request);
      if (decision.kind === "refuse") {
        refuse(stream, decision.answer);
        return;
      }
      decided.set(message, decision.protocol);
      sockets.handleUpgrade(message, stream, head, (socket) => {
        attach(host, socket, stream, request);
      });
    } catch (error) {
      host.failed(error);
      stream.destroy();
    }
  });
  return {
    name: "ws",
    listen: (port, address) =>
      new Promise((resolve, reject) => {
        const refused = (cause: Error): void => {
          reject(listenFault(port, address, cause));
        };
        http.once("error", refused);
        http.listen({ port, host: address, exclusive: true }, () => {
          http.off("error", refused);
          // A connection that could not be accepted, as where descriptors run out, is no reason to end.
          http.on("error", (error) => {
            host.failed(error);
          });
          const bound = http.address();
          resolve(typeof bound === "object" && bound !== null ? bound.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        http.close(() => {
          resolve();
        });
        http.closeAllConnections();
      }),
  };
}

/** Also for who sends nothing at all: Node itself would wait 60 s and look every 30. */
function patienceOf(requestTimeoutMs: number | undefined): ServerOptions {
  if (requestTimeoutMs === undefined) return {};
  return {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(Math.ceil(requestTimeoutMs / 4), LOOK_EVERY_MS),
  };
}

const LOOK_EVERY_MS = 1_000;

function attach(
  host: TransportHost,
  socket: WebSocket,
  stream: Duplex,
  request: UpgradeRequest,
): void {
  let connection: Connection | undefined;
  const safely = (call: (to: Connection) => void): void => {
    try {
      if (connection !== undefined) call(connection);
    } catch (error) {
      host.failed(error);
      socket.close(1011);
    }
  };
  // ws answers oversize and ill-encoded messages itself; the close event that follows says which.
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer, isBinary) => {
    safely((to) => {
      to.received(data, isBinary);
    });
  });
  socket.on("pong", () => {
    safely((to) => {
      to.ponged();
    });
  });
  stream.on("drain", () => {
    safely((to) => {
      to.drained();
    });
  });
  socket.on("close", (code) => {
    safely((to) => {
      to.closed(code);
    });
    connection = undefined;
  });
  try {
    connection = host.opened(wsSocket(socket, stream), request);
  } catch (error) {
    host.failed(error);
    socket.close(1011);
  }
}

function wsSocket(socket: WebSocket, stream: Duplex): Socket {
  const send = (frame: string | Uint8Array): boolean => {
    if (socket.readyState === socket.OPEN) socket.send(frame, TEXT);
    return !stream.writableNeedDrain;
  };
  return {
    send,
    sendAll(frames) {
      stream.cork();
      for (const frame of frames) send(frame);
      stream.uncork();
      return !stream.writableNeedDrain;
    },
    ping() {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    end(code, reason) {
      socket.close(code, reason);
    },
    terminate() {
      socket.terminate();
    },
    bufferedBytes: () => socket.bufferedAmount,
  };
}

function upgradeRequest(message: IncomingMessage): UpgradeRequest {
  const head = requestHead(message);
  return { ...head, offeredProtocols: offeredProtocols(head.headers["sec-websocket-protocol"]) };
}

function requestHead(message: IncomingMessage): RequestHead {
  const url = message.url ?? "/";
  const mark = url.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers,
    remoteAddress: shortAddress(message.socket.remoteAddress ?? ""),
  };
}

async function answerRequest(
  host: TransportHost,
  options: TransportOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of message) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size <= options.maxBodyBytes) chunks.push(bytes);
    }
    const body = size <= options.maxBodyBytes ? Buffer.concat(chunks) : undefined;
    const method = message.method ?? "GET";
    const answer = await host.http({ ...requestHead(message), method, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    // A request that was broken off is nobody's fault; anything else is ours.
    if (!message.complete || message.errored !== null) return;
    host.failed(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

function refuse(stream: Duplex, answer: HttpAnswer): void {
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(answer.body)}`,
    "connection: close",
  ];
  stream.once("finish", () => stream.destroy()); // the peer might keep its own side open for ever
  stream.end(`${lines.join("\r\n")}\r\n\r\n${answer.body}`);
}

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { listenFault } from "./listen-fault.js";
import { answerRequests, patienceOf, refuseUpgrade, requestHead } from "./node-http.js";
import {
  offeredProtocols,
  type Connection,
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
  answerRequests(http, host, options);
  http.on("upgrade", (message: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Node has taken its own listeners away, and an error that nobody hears ends the process.
    stream.on("error", () => undefined);
    try {
      const request = upgradeRequest(message);
      const decision = host.upgrade(request);
      if (decision.kind === "refuse") {
        refuseUpgrade(message.socket, decision.answer, options);
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

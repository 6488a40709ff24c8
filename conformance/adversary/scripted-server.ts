// The scripted server of one case: a port of its own, so that a late dial is known by its case.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { WebSocketServer, type WebSocket } from "ws";

export interface Dial {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether the testee has given the attempt up, so that it can be neither accepted nor refused. */
  readonly gone: boolean;
  /** Completes the upgrade with the given subprotocol, or with none. Without effect where it is gone. */
  accept(protocol: string | null, then: (socket: WebSocket, raw: Duplex) => void): void;
  /** Answers the upgrade with an HTTP status. */
  refuse(status: number): void;
}

function offered(request: IncomingMessage): readonly string[] {
  const header = request.headers["sec-websocket-protocol"];
  return header === undefined ? [] : header.split(",").map((each) => each.trim());
}

export class ScriptedServer {
  readonly #sockets = new Set<Duplex>();
  #onDial: (dial: Dial) => void = (dial) => {
    dial.refuse(503);
  };

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async listen(host = "127.0.0.1"): Promise<ScriptedServer> {
    const server = createServer((_request, response) => {
      response.writeHead(426).end();
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    const scripted = new ScriptedServer(server, `ws://${host}:${port}/`);
    server.on("connection", (socket) => {
      scripted.#sockets.add(socket);
      socket.once("close", () => scripted.#sockets.delete(socket));
    });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      scripted.#dialled(request, socket, head);
    });
    return scripted;
  }

  onDial(listener: (dial: Dial) => void): void {
    this.#onDial = listener;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  #dialled(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => undefined);
    const url = new URL(request.url ?? "/", "ws://testee.invalid");
    this.#onDial({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      protocols: offered(request),
      headers: request.headers,
      get gone() {
        return socket.destroyed || !socket.readable || !socket.writable;
      },
      accept: (protocol, then) => {
        // One WebSocketServer a dial: it is the only way to choose the subprotocol freely.
        const upgrader = new WebSocketServer({
          noServer: true,
          perMessageDeflate: false,
          maxPayload: 16 * 1024 * 1024,
          handleProtocols: () => protocol ?? false,
        });
        upgrader.handleUpgrade(request, socket, head, (accepted) => {
          then(accepted, socket);
        });
      },
      refuse: (status) => {
        socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      },
    });
  }
}

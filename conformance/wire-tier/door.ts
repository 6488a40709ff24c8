// The one address of a wire run: WebSocket dials wait here until a case takes them, plain HTTP gets the page.

import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { Duplex } from "node:stream";

import { WebSocketServer, type WebSocket } from "ws";

import { UsageError } from "../usage-error.js";

/** More at once is no client under test. */
const MAX_CONNECTIONS = 100;
/** A client frame may have 64 KiB; the rest is room to see by how much it was too large. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const TLS_HANDSHAKE = 0x16;

export interface Visit {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  readonly authorization?: string;
  readonly address: string;
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  /** Whether the dialling side has given up. */
  readonly gone: boolean;
  /** Completes the upgrade; undefined where the dial turned out to be none, or is gone. */
  accept(protocol: string | null): Promise<{ socket: WebSocket; raw: Duplex } | undefined>;
  refuse(status: number): void;
}

export interface DoorListener {
  onVisit(visit: Visit): void;
  onPage(request: IncomingMessage, response: ServerResponse): void;
  /** Somebody came and was no client: what to tell the person who waits. */
  onStranger(problem: string): void;
}

function offered(request: IncomingMessage): readonly string[] {
  const header = request.headers["sec-websocket-protocol"];
  if (header === undefined) return [];
  return header
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function upgraded(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | null,
): Promise<{ socket: WebSocket; raw: Duplex } | undefined> {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) {
      resolve(undefined);
      return;
    }
    socket.once("close", () => {
      resolve(undefined);
    });
    // One WebSocketServer a dial: it is the only way to choose the subprotocol freely.
    const upgrader = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: () => protocol ?? false,
    });
    upgrader.handleUpgrade(request, socket, head, (accepted) => {
      resolve({ socket: accepted, raw: socket });
    });
  });
}

function listenProblem(error: unknown, host: string, port: number): UsageError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    return new UsageError(`--listen ${port}: port ${port} is in use; take another, or 0 for any`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new UsageError(
      `--host ${host} is no address of this machine; take one of its own, or 0.0.0.0 for all`,
    );
  }
  if (code === "EACCES") {
    return new UsageError(`--listen ${port}: not allowed here; take a port of 1024 or more`);
  }
  const problem = error instanceof Error ? error.message : String(error);
  return new UsageError(`cannot listen at ${host}:${port}: ${problem}`);
}

function ownAddresses(host: string): readonly string[] {
  if (host !== "0.0.0.0" && host !== "::") return [host];
  const found = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter((each) => each.family === "IPv4" && !each.internal)
    .map((each) => each.address);
  return [...found, "127.0.0.1"];
}

export class Door {
  private constructor(
    private readonly server: Server,
    private readonly sockets: ReadonlySet<Socket>,
    readonly port: number,
    /** `host:port` of every way in, the likeliest for a phone first. */
    readonly addresses: readonly string[],
  ) {}

  /** Throws a UsageError where the address cannot be had. */
  static async listen(host: string, port: number, listener: DoorListener): Promise<Door> {
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      listener.onPage(request, response);
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    });
    server.on("clientError", (error: Error & { rawPacket?: Buffer }, socket) => {
      if (error.rawPacket?.[0] === TLS_HANDSHAKE) {
        listener.onStranger("somebody spoke TLS: the address begins with ws://, not wss://");
      }
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const visit = visitOf(request, socket, head);
      if (visit) listener.onVisit(visit);
      else socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      throw listenProblem(error, host, port);
    }
    server.on("error", () => undefined);
    const bound = (server.address() as AddressInfo).port;
    const shown = ownAddresses(host).map((each) =>
      each.includes(":") ? `[${each}]:${bound}` : `${each}:${bound}`,
    );
    return new Door(server, sockets, bound, shown);
  }

  /**
   * Resolves when every dial that was sent before has been told to the listener: those who come by are let
   * in by turns, so it comes by itself, a second time for what the first who were let in had still to say.
   */
  async caughtUp(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      await new Promise<void>((resolve) => {
        const asked = request(`http://${this.addresses.at(-1) ?? ""}/caught-up`, { agent: false });
        asked.on("error", () => undefined); // turned away where a hundred others are in already
        asked.once("response", (response) => response.on("error", () => undefined).resume());
        asked.once("close", resolve);
        asked.end();
      });
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

function visitOf(request: IncomingMessage, socket: Duplex, head: Buffer): Visit | undefined {
  let url: URL;
  try {
    url = new URL(`ws://testee.invalid${request.url ?? "/"}`);
  } catch {
    return undefined;
  }
  let taken = false;
  const { authorization } = request.headers;
  return {
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    protocols: offered(request),
    ...(authorization === undefined ? {} : { authorization }),
    address: request.socket.remoteAddress ?? "?",
    atMs: performance.now(),
    get gone() {
      return socket.destroyed || !socket.writable;
    },
    accept: async (protocol) => {
      if (taken) return undefined;
      taken = true;
      return await upgraded(request, socket, head, protocol);
    },
    refuse: (status) => {
      taken = true;
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    },
  };
}

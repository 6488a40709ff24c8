import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Socket as NetSocket } from "node:net";
import type { AddressInfo } from "node:net";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import {
  type Client,
  type ClientOptions,
  createClient,
  type WebSocketClass,
} from "../../../generated/typescript/client/index.js";
import { connectFrame, eventFrame, head, timed, type Untimed } from "./session-probe.js";

/** Generous: it only ends what would hang for ever. */
const HANG_MS = 110_000;

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly frames: unknown[];
}

/** A `ws` server that answers every connection with CONNECT. */
async function server(options: { readonly silent?: boolean } = {}): Promise<{
  readonly url: string;
  readonly peers: Peer[];
  readonly server: WebSocketServer;
}> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const peers: Peer[] = [];
  wss.on("connection", (socket, request) => {
    const peer = { socket, request, frames: [] as unknown[] };
    peers.push(peer);
    socket.on("message", (data: Buffer) => peer.frames.push(JSON.parse(data.toString("utf8"))));
    if (options.silent !== true) tell(peer, connectFrame([head(0)], QUICK));
  });
  await once(wss, "listening");
  cleanups.push(() => {
    for (const { socket } of peers) socket.terminate();
    return new Promise((resolve) => {
      wss.close(resolve);
    });
  });
  const { port } = wss.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, peers, server: wss };
}

const QUICK = {
  reconnect: {
    baseDelayMs: 20,
    maxDelayMs: 100,
    jitter: 0.5,
    firstSpreadMs: 10,
    stableAfterMs: 100,
    circuitAfter: 10,
    circuitRestMs: 100,
  },
};

function tell(peer: Peer | undefined, frame: Untimed): void {
  peer?.socket.send(JSON.stringify(timed(frame)));
}

function client(url: string, more: Partial<ClientOptions> = {}): Client {
  const made = createClient({ url, userId: "user123", ...more });
  cleanups.push(() => made.disconnect());
  return made;
}

/** Wait for something that must come about. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + HANG_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("the Node driver", () => {
  test("CONN-1, CONN-2, CONN-8: it dials, receives and sends text frames", async () => {
    const { url, peers } = await server();
    const made = client(url, { token: "secret", deviceId: "phone" });
    const seen: number[] = [];
    made.on("*", ({ eventId }) => void seen.push(eventId));
    await made.connect();
    const { request } = peers[0]!;
    expect(request.headers).toMatchObject({
      authorization: "Bearer secret",
      "sec-websocket-protocol": "latido.v1",
    });
    expect(request.url).toMatch(/^\/\?userId=user123&deviceId=phone&attempt=\d+&intentAgeMs=\d+$/u);
    tell(peers[0], eventFrame(1));
    await until("the event", () => seen.length === 1);
    made.setPresence({ status: "away" });
    await until("the presence", () => peers[0]!.frames.length > 0);
    expect(peers[0]!.frames[0]).toMatchObject({ type: "PRESENCE_UPDATE" });
  });

  test("RECON-21: it comes back after the link broke, and after a close", async () => {
    const { url, peers } = await server();
    const made = client(url);
    await made.connect();
    peers[0]!.socket.terminate();
    await until("the second connection", () => peers.length === 2 && made.state === "connected");
    peers[1]!.socket.close(1012);
    await until("the third connection", () => peers.length === 3 && made.state === "connected");
    expect(made.statistics().reconnects).toBe(2);
  });

  test("RECON-22: it hears the close code and reason", async () => {
    const { url, peers } = await server();
    const made = client(url);
    const states: unknown[] = [];
    made.onState((change) => states.push(change));
    await made.connect();
    peers[0]!.socket.close(4502, "elsewhere");
    await until("the stop", () => made.state === "closed");
    expect(states.at(-1)).toMatchObject({ state: "closed", code: 4502, reason: "elsewhere" });
  });

  test("RECON-21: nobody listening, a peer that is no server and an HTTP error are retried", async () => {
    const listener = createServer((socket: NetSocket) => {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    cleanups.push(() => listener.close());
    const { port } = listener.address() as AddressInfo;
    for (const url of [`ws://127.0.0.1:${port}`, "ws://127.0.0.1:1"]) {
      const made = client(url);
      const states: string[] = [];
      made.onState(({ state }) => states.push(state));
      made.connect().catch(() => undefined);
      await until("the backoff", () => states.includes("backoff"));
      await made.disconnect();
      expect(states).toEqual(["connecting", "backoff", "closed"]);
    }
  });

  test("LIVE-12: pings are answered while a handler is busy", async () => {
    const { url, peers } = await server();
    const made = client(url);
    made.on("*", () => new Promise(() => undefined));
    await made.connect();
    tell(peers[0], eventFrame(1));
    await until("the delivery", () => made.statistics().eventsDelivered === 1);
    const pong = once(peers[0]!.socket, "pong");
    peers[0]!.socket.ping();
    await pong;
  });

  test("LIB-12: disconnect closes with 1000 and drops a peer that never answers", async () => {
    const { url, peers } = await server();
    const made = client(url);
    await made.connect();
    const closed = once(peers[0]!.socket, "close") as Promise<[number]>;
    await made.disconnect("bye");
    expect((await closed)[0]).toBe(1000);
    expect(peers[0]!.frames.at(-1)).toMatchObject({ type: "DISCONNECT", reason: "bye" });

    const deaf = await server();
    const other = client(deaf.url);
    await other.connect();
    deaf.peers[0]!.socket.pause();
    await other.disconnect();
    expect(other.state).toBe("closed");
  });

  test("LIB-12: a dial in flight is given up by disconnect", async () => {
    const hole = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(hole, "listening");
    cleanups.push(() => hole.close());
    const { port } = hole.address() as AddressInfo;
    const made = client(`ws://127.0.0.1:${port}`);
    const connecting = made.connect();
    await until("the dial", () => made.state === "connecting");
    await made.disconnect();
    await expect(connecting).rejects.toMatchObject({ name: "ClosedError" });
  });

  test("CONN-20: a server that never says CONNECT is given up", async () => {
    const { url, peers } = await server({ silent: true });
    const made = client(url, { connectTimeoutMs: 50 });
    made.connect().catch(() => undefined);
    await until("another attempt", () => peers.length >= 2);
  });
});

describe("a browser's WebSocket class", () => {
  // the class of `ws` has the same handlers
  const webSocket = WebSocket as unknown as WebSocketClass;

  test("CONN-7: the token travels as a bearer subprotocol", async () => {
    const { url, peers } = await server();
    const made = client(url, { webSocket, token: "a.b/c+d?é" });
    await made.connect();
    const [version, bearer] = peers[0]!.request.headers["sec-websocket-protocol"]!.split(",");
    expect(version).toBe("latido.v1");
    const encoded = bearer!.replace("latido.bearer.", "");
    expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/u);
    expect(Buffer.from(encoded, "base64url").toString("utf8")).toBe("a.b/c+d?é");
    expect(peers[0]!.request.headers.authorization).toBeUndefined();
  });

  test("LIB-1, LIB-12: it carries a whole session", async () => {
    const { url, peers } = await server();
    const made = client(url, { webSocket });
    const seen: number[] = [];
    made.on("*", ({ eventId }) => void seen.push(eventId));
    await made.connect();
    tell(peers[0], eventFrame(1));
    await until("the event", () => seen.length === 1);
    peers[0]!.socket.close(1012);
    await until("the second connection", () => peers.length === 2 && made.state === "connected");
    const closed = once(peers[1]!.socket, "close") as Promise<[number]>;
    await made.disconnect();
    expect((await closed)[0]).toBe(1000);
  });
});

test("LIB-12: nothing keeps a Node process alive after disconnect", async () => {
  const { url } = await server();
  const script = fileURLToPath(new URL("process-end.ts", import.meta.url));
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "-", url], {
    cwd: root,
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.end(await bundle(script));
  const timer = setTimeout(() => child.kill("SIGKILL"), HANG_MS);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  expect(code).toBe(0);
});

/** One module with everything in it, as a user's bundler would make. */
async function bundle(entry: string): Promise<string> {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    external: ["ws"],
  });
  return result.outputFiles[0]!.text;
}

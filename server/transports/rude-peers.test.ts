// Peers that are refused before they are a session, and do not go: on ws Node leaves their sockets to us.
import { once } from "node:events";
import { connect, Server as TcpServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { eventually } from "../testing/eventually.js";
import { http } from "../testing/network-peer.js";
import type { HttpAnswer, Transport, TransportHost, TransportOptions } from "./transport.js";
import { wsTransport } from "./ws.js";

const TLS = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));
const ONLY_BEARERS = [
  "GET /?userId=a HTTP/1.1",
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: latido.bearer.eA",
  "\r\n",
].join("\r\n");
const running: Server[] = [];
const transports: Transport[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of running.splice(0)) await server.close();
  for (const transport of transports.splice(0)) await transport.close();
});

async function start(options: Partial<ServerOptions>): Promise<Server> {
  const auth = { mode: "none", scopes: [], modules: [] } as const;
  const server = await createServer({
    port: 0,
    host: "127.0.0.1",
    auth,
    closeWaitMs: 0,
    ...options,
  });
  running.push(server);
  return server;
}

function rude(port: number, allowHalfOpen = true): Socket {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
  sockets.push(socket);
  socket.on("error", () => undefined);
  return socket;
}

describe.each(availableTransports())(
  "who is refused with HTTP 400, on the transport %s",
  (transport) => {
    test("CONN-13 and breaks the connection off at once ends nothing", async () => {
      const server = await start({ transport });
      for (let count = 0; count < 20; count += 1) {
        const socket = rude(server.port);
        socket.write(ONLY_BEARERS);
        await once(socket, "data");
        socket.resetAndDestroy();
      }
      expect((await http(`${server.httpUrl}/health`)).status).toBe(200);
    });

    test("CONN-13 and keeps its own side open is let go of", async () => {
      const server = await start({ transport });
      const socket = rude(server.port);
      socket.write(ONLY_BEARERS);
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const writing = setInterval(() => socket.write("still here"), 20); // a socket that is gone answers with a reset
      await closed;
      clearInterval(writing);
    });
  },
);

describe.each(availableTransports())(
  "who asks without waiting, on the transport %s",
  (transport) => {
    test("LIMIT-1 gets a few of a thousand answers, and holds nobody up", async () => {
      const server = await start({ transport });
      const flood = rude(server.port, false);
      let text = "";
      flood.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      flood.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
      await once(flood, "close");
      expect(text.split("HTTP/1.1 200").length - 1).toBeLessThanOrEqual(16);
      expect((await http(`${server.httpUrl}/health`)).status).toBe(200);
    });

    test("HTTP-1 publishes on and on through one connection", async () => {
      const server = await start({ transport, events: { order_created: "orders" } });
      const body = JSON.stringify({
        scopes: [{ place: "p1" }],
        event: "order_created",
        payload: 1,
      });
      const lines = ["POST /v1/events HTTP/1.1", "Host: x", `Content-Length: ${body.length}`];
      const application = rude(server.port);
      let text = "";
      application.on("data", (chunk: Buffer) => (text += chunk.toString()));
      for (let eventId = 1; eventId <= 3; eventId += 1) {
        application.write([...lines, "", body].join("\r\n"));
        await eventually(() => {
          expect(text).toContain(`"eventId":${String(eventId)}`);
        });
      }
    });
  },
);

describe("a listener on ws", () => {
  test("RECON-7 lets go of who opens TLS and says nothing", async () => {
    const server = await start({
      transport: "ws",
      tls: { certFile: `${TLS}cert.pem`, keyFile: `${TLS}key.pem` },
      timers: { connectTimeoutMs: 200 },
    });
    await once(rude(server.port, false).resume(), "close");
  });

  test("ERR-10 that cannot accept a connection, as where descriptors run out, goes on", async () => {
    const { failures, listener, port } = await listening(() => EMPTY);
    for (let count = 0; count < 2; count += 1) listener.emit("error", new Error("accept EMFILE"));
    expect(failures).toHaveLength(2);
    expect((await http(`http://127.0.0.1:${String(port)}/`)).status).toBe(200);
  });

  test("RECON-7 lets go of who asks and never takes the answer", async () => {
    const body = "x".repeat(64 * 1_048_576); // more than the buffers of both kernels
    let isAsked = false;
    const { listener, port } = await listening(() => {
      isAsked = true;
      return { ...EMPTY, body };
    }, QUICK);
    rude(port).pause().write(REQUEST);
    await eventually(async () => {
      expect(isAsked).toBe(true);
      expect(await openConnections(listener)).toBe(0);
    });
  });

  test("RECON-7 waits for an answer that takes long to make", async () => {
    let answer: ((made: HttpAnswer) => void) | undefined;
    const { port } = await listening(() => new Promise((made) => (answer = made)), QUICK);
    const asked = http(`http://127.0.0.1:${String(port)}/`);
    const other = rude(port, false).resume();
    other.write("GET / HTTP/1.1\r\n");
    await once(other, "close"); // so much time has passed
    answer?.(EMPTY);
    expect((await asked).status).toBe(200);
  });

  test("LIMIT-1 drops who asks on and on without waiting for an answer, and answers who asks a few at once", async () => {
    let asked = 0;
    const { failures, port } = await listening(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const flood = rude(port, false).resume();
    flood.write(REQUEST.repeat(1_000));
    await once(flood, "close");
    expect(asked).toBeLessThanOrEqual(16);
    expect(failures).toEqual([]); // it is nobody's fault here

    const { port: other } = await listening(() => EMPTY);
    const few = rude(other);
    let text = "";
    few.on("data", (chunk: Buffer) => (text += chunk.toString()));
    for (let round = 1; round <= 10; round += 1) {
      few.write(REQUEST.repeat(10));
      await eventually(() => {
        expect(text.split("HTTP/1.1 200")).toHaveLength(10 * round + 1);
      });
    }
  });
});

const REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const EMPTY: HttpAnswer = { status: 200, headers: {}, body: "" };
const QUICK = { requestTimeoutMs: 200 };

/** A transport on ws with a host that only answers HTTP requests. */
async function listening(
  answer: TransportHost["http"],
  options: Partial<TransportOptions> = {},
): Promise<{
  readonly failures: readonly unknown[];
  readonly listener: TcpServer;
  readonly port: number;
}> {
  const listen = vi.spyOn(TcpServer.prototype, "listen");
  const failures: unknown[] = [];
  const transport = wsTransport(
    {
      upgrade: () => ({ kind: "accept", protocol: undefined }),
      opened: () => expect.unreachable(),
      http: answer,
      failed: (error) => failures.push(error),
    },
    { maxMessageBytes: 1_000, maxBodyBytes: 1_000, maxBufferedBytes: 1_000, ...options },
  );
  transports.push(transport);
  const port = await transport.listen(0, "127.0.0.1");
  const listener = (listen.mock.contexts as TcpServer[]).at(-1);
  if (listener === undefined) throw new Error("nobody listens");
  return { failures, listener, port };
}

async function openConnections(listener: TcpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

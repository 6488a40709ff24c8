// Peers that are refused before they are a session, and do not go: on ws Node leaves their sockets to us.
import { once } from "node:events";
import { connect, Server as TcpServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { http } from "../testing/network-peer.js";
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
const sockets: Socket[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of running.splice(0)) await server.close();
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
    const listen = vi.spyOn(TcpServer.prototype, "listen");
    const failures: unknown[] = [];
    const transport = wsTransport(
      {
        upgrade: () => ({ kind: "accept", protocol: undefined }),
        opened: () => expect.unreachable(),
        http: () => ({ status: 200, headers: {}, body: "" }),
        failed: (error) => failures.push(error),
      },
      { maxMessageBytes: 1_000, maxBodyBytes: 1_000, maxBufferedBytes: 1_000 },
    );
    const port = await transport.listen(0, "127.0.0.1");
    const [listener] = listen.mock.contexts as TcpServer[];
    for (let count = 0; count < 2; count += 1) listener?.emit("error", new Error("accept EMFILE"));
    expect(failures).toHaveLength(2);
    expect((await http(`http://127.0.0.1:${String(port)}/`)).status).toBe(200);
    await transport.close();
  });
});

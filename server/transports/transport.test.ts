import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { createServer, type Server, type ServerOptions } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { http, NetworkPeer } from "../testing/network-peer.js";
import { uuid } from "../testing/local-server.js";
import { UsageError } from "../usage-error.js";
import { loadUws } from "./uws-native.js";
import { uwsTransport } from "./uws.js";
import { type Transport, type TransportHost, type TransportOptions } from "./transport.js";
import { wsTransport } from "./ws.js";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const DEMO = { place: "demo" };
const running: Server[] = [];

async function start(
  transport: "uws" | "ws",
  options: Partial<ServerOptions> = {},
): Promise<{
  server: Server;
  clock: VirtualClock;
  dial: (query: string, ...more: string[]) => NetworkPeer;
}> {
  const clock = new VirtualClock({ sockets: true });
  const server = await createServer({
    port: 0,
    host: "127.0.0.1",
    transport,
    clock,
    auth: { mode: "none", scopes: [DEMO], modules: ["orders", "chat"] },
    events: { order_created: "orders", chat_message: "chat" },
    sessionPolicy: "allow",
    limits: { connectionsPerMinute: 0, messagesPerMinute: 0 },
    ...options,
  });
  running.push(server);
  return {
    server,
    clock,
    dial: (query, ...protocols) => new NetworkPeer(`${server.url}/${query}`, { protocols }),
  };
}

afterEach(async () => {
  for (const server of running.splice(0)) {
    const closed = server.close();
    void server.close(); // at once: nothing advances the virtual clock any more
    await closed;
  }
});

function nativeTransport(host: TransportHost, options: TransportOptions): Transport {
  const uws = loadUws();
  if ("reason" in uws) throw new Error(uws.reason);
  return uwsTransport(uws, host, options);
}

interface Step {
  readonly open?: string;
  readonly send?: Readonly<Record<string, unknown>>;
  readonly sendText?: string;
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly expectText?: string;
  readonly forbid?: string;
  readonly idle?: number;
  readonly expectClose?: number;
}

async function replay(steps: readonly Step[], server: Server, clock: VirtualClock): Promise<void> {
  let peer: NetworkPeer | undefined;
  for (const step of steps) {
    if (step.open !== undefined) peer = new NetworkPeer(`${server.url}${step.open}`);
    if (peer === undefined) throw new Error("a fixture begins with open");
    if (step.send !== undefined) peer.send(step.send);
    if (step.sendText !== undefined) peer.send(step.sendText);
    if (step.expect !== undefined) await peer.expect(step.expect);
    const { expectText } = step;
    if (expectText !== undefined) await peer.next(expectText, (text) => text === expectText);
    if (step.forbid !== undefined) {
      expect(peer.frames().filter(({ type }) => type === step.forbid)).toEqual([]);
    }
    for (let left = step.idle ?? 0; left > 0; left -= 1_000) {
      clock.advance(Math.min(1_000, left));
      await peer.fence(); // pings and pongs travel
    }
    if (step.expectClose !== undefined) expect(await peer.closed).toBe(step.expectClose);
  }
}

describe.each(availableTransports())("transport %s", (name) => {
  const fixtures = readdirSync(FIXTURES).filter((file) => file.endsWith(".jsonl"));

  test("the fixtures are there", () => {
    expect(fixtures).toHaveLength(3);
  });

  test.each(fixtures)(
    "LIVE-9 FRAME-4 FRAME-18 a client in the field is served: %s",
    async (file) => {
      const { server, clock } = await start(name);
      const lines = readFileSync(new URL(file, FIXTURES), "utf8").trim().split("\n");
      await replay(
        lines.map((line) => JSON.parse(line) as Step),
        server,
        clock,
      );
    },
  );

  test.each([
    { offered: [], selected: "" },
    { offered: ["latido.v1"], selected: "latido.v1" },
    { offered: ["latido.bearer.eA", "latido.v1"], selected: "latido.v1" },
    { offered: ["latido.bearer.eA", "other", "third"], selected: "other" },
  ])("CONN-9 CONN-10 CONN-11 of $offered it selects '$selected'", async ({ offered, selected }) => {
    const { dial } = await start(name);
    const peer = dial("?userId=a", ...offered);
    await peer.opened;
    expect(peer.socket.protocol).toBe(selected);
    if (selected === "other") expect(await peer.closed).toBe(4504);
    else await peer.expect({ type: "CONNECT" });
  });

  test("CONN-13 only bearers are refused with HTTP 400", async () => {
    const { dial } = await start(name);
    await expect(dial("?userId=a", "latido.bearer.eA").opened).rejects.toThrow("status 400");
  });

  test("RECON-31 DISCONNECT arrives before the close frame", async () => {
    const { dial } = await start(name);
    const peer = dial("?userId=");
    expect(await peer.closed).toBe(1002);
    expect(peer.frames()).toMatchObject([{ type: "DISCONNECT", code: 1002, reconnect: false }]);
  });

  test("FRAME-21 an oversize message, in one piece or many, is closed with 1009", async () => {
    const { dial } = await start(name);
    const whole = dial("?userId=a");
    await whole.expect({ type: "CONNECT" });
    whole.send("x".repeat(65_537));
    expect(await whole.closed).toBe(1009);
    const pieces = dial("?userId=b");
    await pieces.expect({ type: "CONNECT" });
    for (let n = 0; n < 10; n += 1) pieces.socket.send("x".repeat(10_000), { fin: n === 9 });
    expect(await pieces.closed).toBe(1009);
  });

  test("FRAME-20 a message in fragments is one message", async () => {
    const { dial } = await start(name);
    const peer = dial("?userId=a");
    await peer.expect({ type: "CONNECT" });
    const text = JSON.stringify({ type: "HEARTBEAT", note: "ñ".repeat(100) });
    const bytes = Buffer.from(text);
    for (let n = 0; n < bytes.length; n += 1) {
      peer.socket.send(bytes.subarray(n, n + 1), { fin: n === bytes.length - 1, binary: false });
    }
    await peer.expect({ type: "HEARTBEAT_ACK" });
  });

  test("FRAME-25 FRAME-26 binary is 1003; invalid UTF-8 is 1007 or an abnormal end", async () => {
    const { dial } = await start(name);
    const binary = dial("?userId=a");
    await binary.expect({ type: "CONNECT" });
    binary.send(Buffer.from("{}"));
    expect(await binary.closed).toBe(1003);
    const broken = dial("?userId=b");
    await broken.expect({ type: "CONNECT" });
    broken.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect([1006, 1007]).toContain(await broken.closed);
  });

  test("STREAM-4 ROUTE-3 bursts arrive complete and in order, beside messages", async () => {
    const { dial, server } = await start(name);
    const peers = ["a", "b", "c"].map((userId) => dial(`?userId=${userId}`));
    for (const peer of peers) await peer.expect({ type: "CONNECT" });
    for (let n = 1; n <= 200; n += 1) {
      void server.publish({ event: "order_created", payload: n, scopes: [DEMO] });
      peers[0]?.send({
        type: "MESSAGE",
        messageId: uuid(n),
        event: "chat_message",
        scope: DEMO,
        payload: n,
      });
    }
    for (const peer of peers) {
      await peer.expect({ type: "EVENT", event: "order_created", payload: 200 });
      const got = peer
        .frames()
        .filter(({ type, event }) => type === "EVENT" && event === "order_created");
      expect(got.map(({ eventId }) => eventId)).toEqual(
        Array.from({ length: 200 }, (_, n) => n + 1),
      );
    }
    await peers[0]?.expect({ type: "MESSAGE_ACK", messageId: uuid(200) });
  });

  test("POS-15 POS-16 a client that stops reading is paused, and misses nothing when it reads again", async () => {
    const { dial, server } = await start(name, {
      congestedBytes: 65_536,
      limits: { pages: 10_000 },
    });
    const slow = dial("?userId=slow");
    const canary = dial("?userId=canary");
    for (const peer of [slow, canary]) await peer.expect({ type: "CONNECT" });
    slow.socket.pause();
    const count = 1_000;
    const payload = "x".repeat(16_000);
    for (let n = 1; n <= count; n += 1) {
      await server.publish({ event: "order_created", payload, scopes: [DEMO] });
      if (n % 50 === 0) await canary.fence();
    }
    slow.socket.resume();
    await slow.next("the last id", (text) => {
      const frame = JSON.parse(text) as {
        type: string;
        eventId?: number;
        headEventId?: number;
        complete?: boolean;
      };
      return (
        frame.eventId === count ||
        (frame.type === "SYNC" && frame.complete === true && frame.headEventId === count)
      );
    });
    const ids = slow.frames().flatMap((frame) => {
      if (frame.type === "EVENT") return [frame.eventId as number];
      if (frame.type !== "SYNC") return [];
      return (frame.events as { eventId: number }[]).map(({ eventId }) => eventId);
    });
    expect(ids).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    expect(slow.frames().some(({ type }) => type === "SYNC")).toBe(true);
  });

  test("PRES-18 PRES-19 the code of the client's close is known", async () => {
    const { dial, clock } = await start(name);
    const watcher = dial("?userId=w");
    await watcher.expect({ type: "PRESENCE_STATE" });
    clock.advance(700);
    await watcher.expect({ type: "PRESENCE_DIFF", updates: [{ userId: "w" }] });
    for (const { userId, code } of [
      { userId: "a", code: 1000 },
      { userId: "b", code: 1001 },
    ]) {
      const peer = dial(`?userId=${userId}`);
      await peer.expect({ type: "CONNECT" });
      clock.advance(700);
      await watcher.expect({ type: "PRESENCE_DIFF", updates: [{ userId }] });
      peer.socket.close(code);
      await peer.closed;
      if (code !== 1000) continue;
      clock.advance(200);
      await watcher.expect({ type: "PRESENCE_DIFF", leaves: ["a"] });
    }
    for (let n = 0; n < 15; n += 1) {
      clock.advance(1_000);
      await watcher.fence();
    }
    clock.advance(200);
    await watcher.expect({ type: "PRESENCE_DIFF", leaves: ["b"] });
  });

  test("HTTP-1 HTTP-2 HTTP-3 HTTP-10 HTTP-11 HTTP is served beside", async () => {
    const { dial, server } = await start(name);
    const peer = dial("?userId=a");
    await peer.expect({ type: "CONNECT" });
    const health = await http(`${server.httpUrl}/health`);
    expect(health).toMatchObject({ status: 200, type: "application/json" });
    expect(JSON.parse(health.body)).toMatchObject({ status: "OK", uptime: 0 });
    const metrics = await http(`${server.httpUrl}/metrics`);
    expect(metrics.type).toContain("text/plain");
    expect(metrics.body).toContain("ws_connections_current 1");
    const publish = await http(`${server.httpUrl}/v1/events`, {
      method: "POST",
      body: JSON.stringify({ scopes: [DEMO], event: "order_created", payload: { é: "ñ" } }),
    });
    expect(publish.status).toBe(200);
    await peer.expect({ type: "EVENT", payload: { é: "ñ" } });
    expect((await http(`${server.httpUrl}/v1/events`, { method: "POST", body: "{" })).status).toBe(
      400,
    );
    const tooLarge = await http(`${server.httpUrl}/v1/events`, {
      method: "POST",
      body: "x".repeat(300_000),
    });
    expect(tooLarge.status).toBe(413);
    expect((await http(`${server.httpUrl}/nothing?x=1`)).status).toBe(404);
    expect((await http(`${server.httpUrl}/v1/events`)).status).toBe(405);
  });

  test("a taken port is reported as a mistake of the caller", async () => {
    const { server } = await start(name);
    const again = createServer({
      port: server.port,
      host: "127.0.0.1",
      transport: name,
      auth: { mode: "none", scopes: [], modules: [] },
    });
    await expect(again).rejects.toThrow(UsageError);
    await expect(again).rejects.toThrow(`port ${String(server.port)}`);
  });

  test("RECON-7 a dial that is gone before it is answered harms nobody", async () => {
    const { dial, server } = await start(name);
    for (let n = 0; n < 20; n += 1) {
      const socket = connect(server.port, "127.0.0.1");
      socket.write(
        "GET /?userId=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        () => socket.destroy(),
      );
    }
    const peer = dial("?userId=a");
    await peer.expect({ type: "CONNECT" });
    await peer.fence();
  });

  test("MSG-19 ERR-10 a message handler that throws costs one ERROR, and the next message is handled", async () => {
    const { dial } = await start(name, {
      onMessage({ payload }) {
        if (payload === "throw") throw new Error("planted");
        return { outcome: "publish" };
      },
    });
    const [peer, other] = [dial("?userId=a"), dial("?userId=b")];
    for (const each of [peer, other]) await each.expect({ type: "CONNECT" });
    const message = (id: number, payload: string): Record<string, unknown> => ({
      ...{ type: "MESSAGE", messageId: uuid(id), event: "chat_message" },
      ...{ scope: DEMO, payload },
    });
    peer.send(message(1, "throw"));
    peer.send(message(2, "¡hola!"));
    await peer.expect({ type: "ERROR", code: "internal", messageId: uuid(1), retryable: false });
    await peer.expect({ type: "MESSAGE_ACK", messageId: uuid(2) });
    await other.expect({ type: "EVENT", messageId: uuid(2) });
    expect(peer.frames().filter(({ type }) => type === "ERROR")).toHaveLength(1);
  });

  test("ERR-10 a callback that throws costs its own connection 1011 and no other", async () => {
    const failures: unknown[] = [];
    const received: string[] = [];
    const host: TransportHost = {
      upgrade: () => ({ kind: "accept", protocol: undefined }),
      opened: (socket) => ({
        received(data) {
          const text = Buffer.from(new Uint8Array(data)).toString();
          received.push(text);
          if (text === "throw") throw new Error("planted");
          socket.send(text);
        },
        ponged: () => undefined,
        drained: () => undefined,
        closed: () => undefined,
      }),
      http: () => {
        throw new Error("planted");
      },
      failed: (error) => failures.push(error),
    };
    const options: TransportOptions = {
      maxMessageBytes: 100_000,
      maxBodyBytes: 1_000,
      maxBufferedBytes: 1_000_000,
    };
    const transport = name === "uws" ? nativeTransport(host, options) : wsTransport(host, options);
    const port = await transport.listen(0, "127.0.0.1");
    const good = new NetworkPeer(`ws://127.0.0.1:${String(port)}/`);
    const bad = new NetworkPeer(`ws://127.0.0.1:${String(port)}/`);
    await Promise.all([good.opened, bad.opened]);
    bad.send("throw");
    expect(await bad.closed).toBe(1011);
    good.send("echo");
    await good.next("echo", (text) => text === "echo");
    expect((await http(`http://127.0.0.1:${String(port)}/`)).status).toBe(500);
    expect(failures).toHaveLength(2);
    await transport.close();
  });
});

import { describe, expect, test, vi } from "vitest";

import {
  type Client,
  ClosedError,
  FrameTooLargeError,
  memoryOutbox,
  OutboxFullError,
  type Step,
  StoreError,
  UsageError,
} from "../../../generated/typescript/client/index.js";
import * as publicClient from "../../../generated/typescript/client/index.js";
import { bench, connected } from "./client-bench.js";
import { connectFrame, eventFrame, head, SessionProbe } from "./session-probe.js";
import { settle } from "./virtual-clock.js";

describe("connect", () => {
  test("LIB-1: it resolves at the first CONNECT, however many attempts that takes", async () => {
    const { server, clock, client } = bench();
    let done = false;
    const connecting = client.connect().then(() => (done = true));
    await settle();
    server.last.end(1006);
    await clock.elapse(750);
    expect(done).toBe(false);
    server.last.accept();
    await connecting;
    expect(client.state).toBe("connected");
    await client.connect();
  });

  test("LIB-6: it rejects with the code and reason when the table says stop", async () => {
    const { server, client } = bench();
    const connecting = client.connect();
    await settle();
    server.last.open().end(4501, "not for you");
    await expect(connecting).rejects.toMatchObject({
      name: "ClosedError",
      code: 4501,
      reason: "not for you",
    });
    await expect(client.connect()).rejects.toBeInstanceOf(ClosedError);
  });

  test("LIB-12: it rejects when disconnect() comes first", async () => {
    const { client, clock } = bench();
    const connecting = client.connect();
    await settle();
    await client.disconnect("changed my mind");
    await expect(connecting).rejects.toMatchObject({ name: "ClosedError", code: 1000 });
    expect(clock.pending).toBe(0);
  });

  test("LIB-12: disconnect() before connect() ends the client too", async () => {
    const { client } = bench();
    const sent = client.send("chat", 1);
    await client.disconnect();
    expect(await sent).toEqual({ status: "failed", reason: "closed" });
    expect(client.state).toBe("closed");
    await expect(client.connect()).rejects.toBeInstanceOf(ClosedError);
  });

  test("CONN-2, CONN-8, SESS-12: the dial carries the query and the subprotocol", async () => {
    const { server } = await connected({ heartbeatMs: 15_000, token: "secret" });
    const { url, subprotocols, token } = server.last.request;
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toMatchObject({ userId: "user123", attempt: "1", heartbeatMs: "15000" });
    expect(query.deviceId).toMatch(/^[0-9a-f-]{36}$/u);
    expect(subprotocols).toEqual(["latido.v1"]);
    expect(token).toBe("secret");
    expect(url).not.toContain("secret");
  });

  test("CONN-4: a lasting deviceId begins above the attempts of earlier processes", async () => {
    const { server, clock } = await connected({ deviceId: "phone" });
    const attempt = new URL(server.last.request.url).searchParams.get("attempt");
    expect(Number(attempt)).toBe(clock.now());
  });

  test("LIB-10: a store that cannot be read rejects, and connect may be called again", async () => {
    const load = vi.fn(() => Promise.reject<[]>(new Error("disk")));
    const { server, client } = bench({ positions: { load, save: () => undefined } });
    await expect(client.connect()).rejects.toBeInstanceOf(StoreError);
    expect(client.state).toBe("idle");
    load.mockResolvedValue([]);
    const again = client.connect();
    await settle();
    server.last.accept();
    await again;
  });

  test.each([
    [{ url: "http://x" }, /url/u],
    [{ url: "nonsense" }, /url/u],
    [{ url: "ws://x/#a" }, /fragment/u],
    [{ userId: "a b" }, /userId/u],
    [{ deviceId: "" }, /deviceId/u],
    [{ heartbeatMs: 0 }, /heartbeatMs/u],
    [{ connectTimeoutMs: 2 ** 31 }, /connectTimeoutMs/u],
    [{ outboxLimit: 1.5 }, /outboxLimit/u],
    [{ keptEventsLimit: -1 }, /keptEventsLimit/u],
  ])("LIB-1: the option %o is refused by name", (options, message) => {
    expect(() => bench(options)).toThrow(UsageError);
    expect(() => bench(options)).toThrow(message);
  });
});

describe("send", () => {
  test("MSG-23: it resolves with what became of the message", async () => {
    const { server, client } = await connected();
    const sending = client.send("chat", { text: "hi" }, { scope: { place: "demo" } });
    await settle();
    const [message] = server.last.framesOf("MESSAGE");
    expect(message).toMatchObject({
      event: "chat",
      payload: { text: "hi" },
      scope: { place: "demo" },
    });
    server.last.send({ type: "MESSAGE_ACK", messageId: message?.messageId ?? "", eventId: 3 });
    expect(await sending).toEqual({ status: "accepted", eventId: 3 });
  });

  test("MSG-22, FRAME-22: limits reject with named errors", async () => {
    const { client } = await connected({ outboxLimit: 1 });
    await expect(client.send("chat", "x".repeat(40_000))).rejects.toBeInstanceOf(
      FrameTooLargeError,
    );
    const first = client.send("chat", 1);
    await expect(client.send("chat", 2)).rejects.toBeInstanceOf(OutboxFullError);
    await client.disconnect();
    expect(await first).toEqual({ status: "unknown_outcome" });
    await expect(client.send("chat", 3)).rejects.toBeInstanceOf(ClosedError);
  });

  test.each([
    ["an event name with a space", (client: Client) => client.send("a b", 1)],
    ["undefined", (client: Client) => client.send("chat", undefined)],
    ["a BigInt", (client: Client) => client.send("chat", 1n)],
    ["a messageId that is no UUID", (client: Client) => client.send("chat", 1, { messageId: "1" })],
  ])("LIB-1: %s is a UsageError", async (_, send) => {
    const { client } = await connected();
    await expect(send(client as unknown as Client)).rejects.toBeInstanceOf(UsageError);
  });

  test("MSG-2: the payload is taken as it was when it was sent", async () => {
    const { server, client } = bench();
    const payload = { n: 1 };
    void client.send("chat", payload);
    payload.n = 2;
    const connecting = client.connect();
    await settle();
    server.last.accept();
    await connecting;
    await settle();
    expect(server.last.framesOf("MESSAGE")).toMatchObject([{ payload: { n: 1 } }]);
  });

  test("MSG-29, LIB-10: an outbox that is kept serves the next client, which tells the result", async () => {
    const outbox = { ...memoryOutbox(), persistent: true };
    const before = await connected({ outbox });
    const sending = before.client.send("chat", 1);
    await settle();
    await before.client.disconnect();
    expect(await sending).toEqual({ status: "unknown_outcome", kept: true });

    const after = bench({ outbox });
    const results: unknown[] = [];
    after.client.onEarlierResult((earlier) => results.push(earlier));
    const connecting = after.client.connect();
    await settle();
    after.server.last.accept();
    await connecting;
    const [message] = after.server.last.framesOf("MESSAGE");
    const [original] = before.server.last.framesOf("MESSAGE");
    expect(message?.messageId).toBe(original?.messageId);
    after.server.last.send({ type: "MESSAGE_ACK", messageId: message?.messageId ?? "" });
    expect(results).toEqual([{ messageId: message?.messageId, result: { status: "accepted" } }]);
    await settle();
    expect(outbox.load()).toEqual([]);
  });
});

describe("presence, token, trace", () => {
  test("LIB-16: peers are told and can be looked up", async () => {
    const { server, client } = await connected();
    const changes: string[] = [];
    client.onPresence(({ kind }) => changes.push(kind));
    server.last.send({
      type: "PRESENCE_STATE",
      group: "demo",
      scope: { place: "demo" },
      epoch: "p",
      version: 1,
      members: [{ userId: "a", status: "online" }],
      memberCount: 1,
    });
    expect(changes).toEqual(["state"]);
    expect(client.groups.get("demo")?.members.get("a")?.status).toBe("online");
    client.setPresence({ status: "busy" });
    expect(server.last.framesOf("PRESENCE_UPDATE")).toHaveLength(1);
    expect(() => {
      client.setPresence({ status: "busy", metadata: { note: "x".repeat(5_000) } });
    }).toThrow(UsageError);
  });

  test("AUTH-17, AUTH-19: the provider is asked for every dial, and again after a failure", async () => {
    const token = vi.fn(() => Promise.resolve("t1")).mockRejectedValueOnce(new Error("offline"));
    const { server, clock, client } = bench({ token });
    const connecting = client.connect();
    await clock.elapse(750);
    expect(server.last.request.token).toBe("t1");
    server.last.accept();
    await connecting;
    server.last.end(1006);
    await clock.elapse(5_000);
    expect(token).toHaveBeenCalledTimes(3);
  });

  test("AUTH-20, LIB-13: the trace tells every step and no token", async () => {
    const { server, clock, client } = bench({ token: () => "s3cret" });
    const steps: Step[] = [];
    client.onTrace((step) => steps.push(step));
    const connecting = client.connect();
    await settle();
    server.last.open().send({
      ...connectFrame(),
      token: { expiresInMs: 1_000, refreshLeadMs: 100 },
    });
    await connecting;
    await clock.elapse(1_000);
    expect(server.last.framesOf("TOKEN_REFRESH")).toMatchObject([{ token: "s3cret" }]);
    expect(steps.map(({ input }) => input.type)).toContain("token");
    expect(JSON.stringify(steps)).not.toContain("s3cret");
  });

  test("LIB-13: a trace that was written down replays to the same effects and deadlines", async () => {
    const { server, clock, client } = bench({ token: () => "s3cret", random: Math.random });
    const steps: Step[] = [];
    client.onTrace((step) => steps.push(step));
    const connecting = client.connect();
    await settle();
    const token = { expiresInMs: 2_000, refreshLeadMs: 100 };
    server.last.open().send({ ...connectFrame([head(0)]), token });
    await connecting;
    server.last.send(eventFrame(1)).send(eventFrame(4));
    void client.send("chat", "hi");
    await clock.elapse(9_000);
    await clock.elapse(60_000);
    const written = JSON.parse(JSON.stringify(steps)) as Step[];
    const chances = written.flatMap((step) => step.chances);
    const opened = written.flatMap(({ effects }) => effects).find(({ type }) => type === "open");
    const replay = new SessionProbe(
      { tokens: { kind: "provider" }, deviceId: (opened as { deviceId: string }).deviceId },
      () => chances.shift() ?? Number.NaN,
    ).session;
    for (const { now, input, effects, deadline } of written) {
      const again = { effects: replay.handle(input, now), deadline: replay.deadline };
      expect(JSON.parse(JSON.stringify(again))).toEqual(
        JSON.parse(JSON.stringify({ effects, deadline })),
      );
    }
    expect(written.length).toBeGreaterThan(20);
  });
});

test("LIB-1: the public names are these", () => {
  expect(Object.keys(publicClient).sort()).toEqual([
    "ClosedError",
    "FrameTooLargeError",
    "LocalProtocolError",
    "OutboxFullError",
    "Session",
    "StoreError",
    "UsageError",
    "createClient",
    "localStorageOutbox",
    "localStoragePositions",
    "memoryOutbox",
    "memoryPositions",
    "systemClock",
    "webSocketDial",
  ]);
});

import { describe, expect, test, vi } from "vitest";

import {
  type ApplicationEvent,
  type Client,
  ClosedError,
  type ClientOptions,
  createClient,
  FrameTooLargeError,
  memoryOutbox,
  memoryPositions,
  type Notice,
  OutboxFullError,
  type StateChange,
  type Step,
  StoreError,
  UsageError,
} from "../../../generated/typescript/client/index.js";
import * as publicClient from "../../../generated/typescript/client/index.js";
import { FakeServer } from "./fake-server.js";
import { connectFrame, EPOCH, eventFrame, head, ORDERS, SessionProbe } from "./session-probe.js";
import { settle, VirtualClock } from "./virtual-clock.js";

interface Events {
  readonly order_created: { readonly n: number };
  readonly chat: string;
}

interface Bench {
  readonly server: FakeServer;
  readonly clock: VirtualClock;
  readonly client: Client<Events>;
}

function bench(options: Partial<ClientOptions> = {}): Bench {
  const server = new FakeServer();
  const clock = new VirtualClock();
  const client = createClient<Events>({
    url: "ws://example.test/",
    userId: "user123",
    dial: server.dial,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { server, clock, client };
}

async function connected(options: Partial<ClientOptions> = {}, lastEventId = 0): Promise<Bench> {
  const made = bench(options);
  const connecting = made.client.connect();
  await settle();
  made.server.last.accept([head(lastEventId, { scope: { place: "demo" }, module: "orders" })]);
  await connecting;
  return made;
}

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

describe("events", () => {
  test("LIB-1, LIB-9: listeners hear their event, the wildcard hears every one", async () => {
    const { server, client } = await connected();
    const orders: number[] = [];
    const all: ApplicationEvent[] = [];
    const off = client.on("order_created", ({ payload }) => void orders.push(payload.n));
    client.on("*", (event) => void all.push(event));
    server.last.send(eventFrame(1)).send(eventFrame(2, { event: "chat", payload: "hi" }));
    off();
    server.last.send(eventFrame(3));
    expect(orders).toEqual([1]);
    expect(all.map(({ eventId }) => eventId)).toEqual([1, 2, 3]);
    expect(all[0]).toEqual({
      stream: ORDERS,
      epoch: EPOCH,
      eventId: 1,
      event: "order_created",
      payload: { n: 1 },
      scope: { place: "demo" },
      module: "orders",
    });
  });

  test("STREAM-14: a listener's promise holds up the next event of the stream", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const waiting: (() => void)[] = [];
    client.on("order_created", ({ eventId }) => {
      seen.push(eventId);
      return new Promise((resolve) => waiting.push(resolve));
    });
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await settle();
    expect(seen).toEqual([1]);
    waiting[0]?.();
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  test("STREAM-17: one listener that throws does not keep the event from the others", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    const seen: number[] = [];
    client.onNotice((notice) => notices.push(notice));
    client.on("order_created", () => Promise.reject(new Error("first")));
    client.on("order_created", () => {
      throw new Error("second");
    });
    client.on("*", ({ eventId }) => void seen.push(eventId));
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await settle();
    expect(seen).toEqual([1, 2]);
    expect(notices).toMatchObject([
      { kind: "handler_failed", eventId: 1, problem: "first" },
      { kind: "handler_failed", eventId: 2, problem: "first" },
    ]);
  });

  test("STREAM-17: a listener that throws at once is reported", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    client.onNotice((notice) => notices.push(notice));
    client.on("order_created", () => {
      throw new Error("at once");
    });
    server.last.send(eventFrame(1));
    expect(notices).toMatchObject([{ kind: "handler_failed", problem: "at once" }]);
  });

  test("LIB-1: an async iterator gives one event at a time and holds up the stream", async () => {
    const { server, client } = await connected();
    const iterator = client.events("order_created");
    server.last.send(eventFrame(1)).send(eventFrame(2));
    expect((await iterator.next()).value).toMatchObject({ eventId: 1 });
    await settle();
    expect(client.statistics().eventsDelivered).toBe(1);
    expect((await iterator.next()).value).toMatchObject({ eventId: 2 });
    const pending = iterator.next();
    await iterator.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    server.last.send(eventFrame(3));
    await settle();
    expect(client.statistics().eventsDelivered).toBe(3);
  });

  test("POS-2: an event that a loop never saw is not processed when the client ends", async () => {
    const positions = memoryPositions();
    const { server, client } = await connected({ positions });
    client.events();
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await client.disconnect();
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 0 }]);
  });

  test("LIB-12: disconnect ends a loop over events", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { eventId } of client.events()) seen.push(eventId);
    })();
    server.last.send(eventFrame(1));
    await settle();
    await client.disconnect();
    await loop;
    expect(seen).toEqual([1]);
  });

  test("LIB-1: a throttled listener hears the first and then the latest, and holds up nothing", async () => {
    const { server, clock, client } = await connected();
    const seen: number[] = [];
    client.on("order_created", ({ eventId }) => void seen.push(eventId), { throttleMs: 1_000 });
    for (const id of [1, 2, 3]) server.last.send(eventFrame(id));
    expect(seen).toEqual([1]);
    await clock.elapse(999);
    expect(seen).toEqual([1]);
    await clock.elapse(1);
    expect(seen).toEqual([1, 3]);
    await clock.elapse(1_000);
    server.last.send(eventFrame(4));
    expect(seen).toEqual([1, 3, 4]);
    expect(() => client.on("chat", () => undefined, { throttleMs: 0 })).toThrow(UsageError);
  });

  test("REFRESH-18: of several reloads the lowest reported id counts, and none if one reports none", async () => {
    const positions = memoryPositions();
    const { server, client } = await connected({ positions });
    const refresh = { type: "FULL_REFRESH", stream: ORDERS, epoch: EPOCH } as const;
    client.onFullRefresh(() => ({ lastEventId: 9 }));
    const off = client.onFullRefresh(() => Promise.resolve({ lastEventId: 7 }));
    server.last.send({ ...refresh, lastEventId: 5, reason: "overflow" });
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 7 }]);
    off();
    client.onFullRefresh(() => undefined);
    server.last.send({ ...refresh, lastEventId: 8, reason: "overflow" });
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 8 }]);
  });

  test("REFRESH-22: a reload that throws is retried and told", async () => {
    const { server, clock, client } = await connected();
    const notices: Notice[] = [];
    client.onNotice((notice) => notices.push(notice));
    const reload = vi
      .fn(() => undefined)
      .mockImplementationOnce(() => {
        throw new Error("no network");
      });
    client.onFullRefresh(reload);
    server.last.send({
      type: "FULL_REFRESH",
      stream: ORDERS,
      epoch: EPOCH,
      lastEventId: 5,
      reason: "overflow",
    });
    await clock.elapse(1_000);
    expect(reload).toHaveBeenCalledTimes(2);
    expect(notices).toMatchObject([
      { kind: "reload_failed", problem: "no network", retryInMs: 1_000 },
      { kind: "refreshed" },
    ]);
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

describe("the end", () => {
  test("LIB-2, LIB-12: after disconnect no listener is called and no timer is left", async () => {
    const { server, clock, client } = await connected();
    const calls: string[] = [];
    client.on("*", () => void calls.push("event"));
    client.on("*", () => void calls.push("throttled"), { throttleMs: 10 });
    client.onState(({ state }) => calls.push(state));
    client.onNotice(() => calls.push("notice"));
    client.onPresence(() => calls.push("presence"));
    server.last.send(eventFrame(1)).send(eventFrame(2));
    calls.length = 0;
    const ending = client.disconnect("bye");
    expect(calls).toEqual(["closed"]);
    server.last.send(eventFrame(3)).end(1006);
    await ending;
    await clock.elapse(100_000);
    expect(calls).toEqual(["closed"]);
    expect(clock.pending).toBe(0);
    expect(server.last.closedWith).toBe(1000);
    expect(server.connections).toHaveLength(1);
  });

  test("LIB-3: suspend and resume keep every listener", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const states: StateChange["state"][] = [];
    client.on("*", ({ eventId }) => void seen.push(eventId));
    client.onState(({ state }) => states.push(state));
    client.suspend();
    client.resume();
    server.last.accept([head(0)]).send(eventFrame(1));
    expect(seen).toEqual([1]);
    expect(states).toEqual(["suspended", "connecting", "connected"]);
  });

  test("POS-2: what was processed is in the store when disconnect resolves", async () => {
    const saved: number[] = [];
    const positions = {
      load: () => [],
      save: async (changed: readonly { lastEventId: number }[]) => {
        await Promise.resolve();
        saved.push(...changed.map(({ lastEventId }) => lastEventId));
      },
    };
    const { server, client } = await connected({ positions });
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await client.disconnect();
    expect(saved.at(-1)).toBe(2);
  });

  test("LIB-10: a store that cannot be written is told and written again", async () => {
    const save = vi
      .fn(() => undefined)
      .mockImplementationOnce(() => {
        throw new Error("disk full");
      });
    const notices: Notice[] = [];
    const made = bench({ positions: { load: () => [], save } });
    made.client.onNotice((notice) => notices.push(notice));
    const connecting = made.client.connect();
    await settle();
    made.server.last.accept([head(0)]);
    await connecting;
    made.server.last.send(eventFrame(1));
    await settle();
    expect(notices).toEqual([{ kind: "store_failed", problem: "disk full" }]);
    expect(save).toHaveBeenCalledTimes(2);
  });

  test("PRES-22: what a listener asks for waits until the effects before it are performed", async () => {
    const { server, client } = bench();
    client.setPresence({ status: "away" });
    client.onState(({ state }) => {
      if (state === "connected") client.setPresence({ status: "busy" });
    });
    const connecting = client.connect();
    await settle();
    server.last.accept();
    await connecting;
    const shown = server.last.framesOf("PRESENCE_UPDATE").map(({ payload }) => payload.status);
    expect(shown).toEqual(["away", "busy"]);
  });

  test("MSG-23: a messageId in use is a UsageError", async () => {
    const { client } = await connected();
    const messageId = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";
    void client.send("chat", 1, { messageId });
    await expect(client.send("chat", 2, { messageId })).rejects.toBeInstanceOf(UsageError);
  });

  test("LIB-1: a listener that throws does not stop the others or the session", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    const states: string[] = [];
    client.onNotice(() => {
      throw new Error("worse");
    });
    client.onNotice((notice) => notices.push(notice));
    client.onState(() => {
      throw new Error("bad listener");
    });
    client.onState(({ state }) => states.push(state));
    server.last.end(1006);
    expect(states).toEqual(["backoff"]);
    expect(notices).toMatchObject([
      { kind: "listener_failed", problem: "bad listener" },
      { kind: "reconnecting" },
    ]);
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

import { describe, expect, test } from "vitest";
import { localServer, ORDERS } from "../testing/local-server.js";

const BEARER = `latido.bearer.${Buffer.from("secret-token").toString("base64url")}`;

describe("handshake", () => {
  test("CONN-3 a missing userId is closed with 1002, after DISCONNECT", async () => {
    const { dial } = await localServer();
    const peer = dial("");
    expect(peer.closeCode).toBe(1002);
    expect(peer.types()).toEqual(["DISCONNECT"]);
    expect(peer.last("DISCONNECT")).toMatchObject({ code: 1002, reconnect: false });
  });

  test.each(["userId=a%20b", "userId=", `userId=${"x".repeat(129)}`, "userId=a&deviceId=%2F"])(
    "FRAME-15 the query %s is closed with 1002",
    async (query) => {
      const { dial } = await localServer();
      expect(dial(query).closeCode).toBe(1002);
    },
  );

  test.each([
    ["SESS-8", "attempt=x"],
    ["SESS-8", "attempt=-1"],
    ["SESS-3", "intentAgeMs=1e3"],
    ["LIVE-7", "heartbeatMs=0"],
    ["LIVE-7", "heartbeatMs=abc"],
  ])("%s what is no whole number counts as missing: %s", async (_id, query) => {
    const { dial } = await localServer();
    expect(dial(`userId=a&${query}`).types()).toContain("CONNECT");
  });

  test.each([
    { offers: undefined, selected: undefined, closes: undefined, id: "CONN-9" },
    { offers: "latido.v1", selected: "latido.v1", closes: undefined, id: "CONN-10" },
    {
      offers: `other, ${BEARER}, latido.v1`,
      selected: "latido.v1",
      closes: undefined,
      id: "CONN-10",
    },
    { offers: "latido.v2", selected: "latido.v2", closes: 4504, id: "CONN-11" },
    {
      offers: `${BEARER}, latido.v1.msgpack, x`,
      selected: "latido.v1.msgpack",
      closes: 4504,
      id: "CONN-12",
    },
  ])("$id of $offers the server selects $selected", async ({ offers, selected, closes }) => {
    const { dial } = await localServer();
    const peer = dial("userId=a", offers === undefined ? {} : { protocols: offers });
    expect(peer.link?.protocol).toBe(selected);
    expect(peer.closeCode).toBe(closes);
  });

  test("CONN-13 an upgrade that offers only bearers is refused with 400", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a", { protocols: BEARER });
    expect(peer.refusal?.status).toBe(400);
    expect(peer.refusal?.body).not.toContain("secret");
  });

  test("CONN-15 CONN-21 CONN-23 CONN-26 CONNECT comes first and announces everything", async () => {
    const { dial } = await localServer();
    const one = dial("userId=a");
    const two = dial("userId=b");
    expect(one.types()[0]).toBe("CONNECT");
    const connect = one.last("CONNECT");
    expect(connect).toMatchObject({
      userId: "a",
      protocolVersion: "1.0",
      heartbeat: { intervalMs: 5_000, timeoutMs: 4_000 },
      sync: { maxPageEvents: 500, maxPageBytes: 16_384, maxPages: 20 },
      modules: ["orders", "chat"],
    });
    expect(connect.streams.map(({ module, scope }) => ({ module, scope }))).toEqual([
      { module: "orders", scope: { place: "demo" } },
      { module: "chat", scope: { place: "demo" } },
      { module: undefined, scope: { user: "a" } },
    ]);
    expect(two.last("CONNECT").sessionId).not.toBe(connect.sessionId);
  });

  test.each(['{"type":"HEARTBEAT"}', "ping", "{", '{"type":"FUTURE"}', '{"type":"DISCONNECT"}'])(
    "CONN-18 %s before CONNECT closes with 4505",
    async (text) => {
      const { dial } = await localServer();
      dial("userId=a&deviceId=d&attempt=1");
      // A taken place makes the newcomer wait for its pong, and so leaves it without CONNECT.
      const early = dial("userId=a&deviceId=d&attempt=2", { isMute: true });
      expect(early.types()).toEqual([]);
      early.send(text);
      expect(early.types()).toEqual(["DISCONNECT"]);
      expect(early.closeCode).toBe(4505);
    },
  );

  test("CONN-27 an event between two connects is in the head or delivered, never neither", async () => {
    const { dial, publish } = await localServer();
    await publish("order_created", 1);
    const peer = dial("userId=a");
    expect(peer.head(ORDERS).lastEventId).toBe(1);
    await publish("order_created", 2);
    expect(peer.of("EVENT").map(({ eventId }) => eventId)).toEqual([2]);
  });

  test("AUTH-18 a foreign origin is closed with 4501, a listed one and none are served", async () => {
    const { dial } = await localServer({ origins: ["https://app.example"] });
    expect(dial("userId=a", { headers: { origin: "https://evil.example" } }).closeCode).toBe(4501);
    expect(
      dial("userId=b", { headers: { origin: "https://app.example" } }).closeCode,
    ).toBeUndefined();
    expect(dial("userId=c").closeCode).toBeUndefined();
  });

  test("AUTH-1 ROUTE-2 mode none gives every user the configured scopes and modules", async () => {
    const { dial } = await localServer({
      auth: {
        mode: "none",
        scopes: [{ a: "1" }, { b: "2", a: "1" }, { a: "1", b: "2" }],
        modules: ["orders"],
      },
    });
    const streams = dial("userId=a")
      .last("CONNECT")
      .streams.map(({ stream }) => stream);
    expect(streams).toEqual([
      '{"module":"orders","scope":{"a":"1"}}',
      '{"module":"orders","scope":{"a":"1","b":"2"}}', // ROUTE-6: the same scope twice is one
      '{"scope":{"user":"a"}}',
    ]);
  });
});

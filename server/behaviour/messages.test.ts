import { describe, expect, test } from "vitest";
import { CHAT, localServer, ORDERS, uuid } from "../testing/local-server.js";

describe("messages", () => {
  test("MSG-24 MSG-35 ROUTE-3 a message is acknowledged and reaches its scope with its messageId", async () => {
    const { dial } = await localServer();
    const alice = dial("userId=alice");
    const bob = dial("userId=bob");
    alice.message(uuid(1), { payload: { text: "hola" } });
    expect(alice.last("MESSAGE_ACK")).toMatchObject({
      messageId: uuid(1),
      stream: CHAT,
      eventId: 1,
    });
    expect(alice.last("MESSAGE_ACK").duplicate).toBeUndefined();
    for (const peer of [alice, bob]) {
      expect(peer.last("EVENT")).toMatchObject({
        stream: CHAT,
        eventId: 1,
        event: "chat_message",
        messageId: uuid(1),
        senderId: "alice",
        payload: { text: "hola" },
        scope: { place: "demo" },
      });
    }
  });

  test("MSG-8 MSG-9 MSG-11 a repeat has the original outcome, whatever its body; another user's has its own", async () => {
    const { dial, clock } = await localServer();
    const alice = dial("userId=alice&deviceId=d&attempt=1");
    alice.message(uuid(1));
    const original = alice.last("MESSAGE_ACK");
    alice.link?.drop();
    clock.advance(1_199_000);
    const again = dial("userId=alice&deviceId=d&attempt=2");
    again.message(uuid(1), { payload: "another", scope: undefined });
    expect(again.last("MESSAGE_ACK")).toMatchObject({
      messageId: uuid(1),
      duplicate: true,
      stream: original.stream,
      epoch: original.epoch,
      eventId: original.eventId,
    });
    expect(again.of("EVENT")).toEqual([]);
    const bob = dial("userId=bob");
    bob.message(uuid(1));
    expect(bob.last("MESSAGE_ACK").duplicate).toBeUndefined();
    expect(bob.last("MESSAGE_ACK").eventId).toBe(2);
  });

  test("MSG-8 a messageId is the same in either case of its letters, and echoed as it was sent", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    const id = "ABCDEF00-0000-4000-8000-00000000000A";
    peer.message(id.toLowerCase());
    peer.message(id);
    expect(peer.last("MESSAGE_ACK")).toMatchObject({ messageId: id, duplicate: true });
  });

  test("MSG-32 a message without a scope goes to the sender's own stream", async () => {
    const { dial } = await localServer();
    const alice = dial("userId=alice");
    const bob = dial("userId=bob");
    alice.message(uuid(1), { scope: undefined });
    alice.message(uuid(2), { scope: { user: "alice" } });
    expect(alice.of("EVENT").map(({ stream }) => stream)).toEqual(
      Array(2).fill('{"scope":{"user":"alice"}}'),
    );
    expect(bob.of("EVENT")).toEqual([]);
  });

  test.each([
    ["orders", "chat", [ORDERS, CHAT]],
    ["chat", "orders", [CHAT, ORDERS]],
  ])(
    "ROUTE-4 with one event mapped to %s and another to %s each goes to its module's stream",
    async (one, another, streams) => {
      const { dial, publish } = await localServer({ events: { one, another } });
      const peer = dial("userId=a");
      await publish("one", 1);
      await publish("another", 2);
      peer.message(uuid(1), { event: "one" });
      peer.message(uuid(2), { event: "another" });
      expect(peer.of("EVENT").map(({ stream }) => stream)).toEqual([...streams, ...streams]);
      await expect(publish("neither", 3)).rejects.toThrow("neither");
    },
  );

  test.each([
    { id: "MSG-33", more: { scope: { place: "other" } }, code: "forbidden" },
    { id: "MSG-33", more: { scope: { user: "bob" } }, code: "forbidden" },
    { id: "MSG-34", more: { event: "unmapped" }, code: "unsupported_event" },
    { id: "ERR-8", more: { payload: "x".repeat(32_768) }, code: "payload_too_large" },
    {
      id: "ERR-2",
      more: { payload: "x".repeat(32_768), scope: { user: "bob" } },
      code: "payload_too_large",
    },
  ])("$id ERR-1 a message is refused with $code and its messageId", async ({ more, code }) => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.message(uuid(1), more);
    expect(peer.last("ERROR")).toMatchObject({ code, messageId: uuid(1), retryable: false });
    expect(peer.of("MESSAGE_ACK")).toEqual([]);
  });

  test("ERR-8 a payload of exactly maxPayloadBytes is accepted", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.message(uuid(1), { payload: "x".repeat(32_766) });
    expect(peer.last("MESSAGE_ACK").messageId).toBe(uuid(1));
  });

  test("ROUTE-9 a payload passes through as it was written", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    const payload = '{ "n": 12345678901234567890, "e":1e400, "s":"\\u00e9\\ud800" }';
    peer.send(
      `{"payload":1,"type":"MESSAGE","messageId":"${uuid(1)}","event":"chat_message","payload":${payload}}`,
    );
    expect(peer.texts.at(-1)).toContain(`"payload":${payload},`);
  });

  test("MSG-13 MSG-14 MSG-15 LIMIT-2 messages over the rate are delayed, in order, without an ERROR", async () => {
    const { dial } = await localServer({ limits: { messagesPerMinute: 3 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 5; n += 1) peer.message(uuid(n), n === 4 ? { event: "unmapped" } : {});
    expect(peer.of("MESSAGE_ACK")).toHaveLength(3);
    peer.idle(20_000);
    expect(peer.of("ERROR")).toMatchObject([{ code: "unsupported_event", messageId: uuid(4) }]);
    peer.idle(20_000);
    expect(peer.of("MESSAGE_ACK").map(({ messageId }) => messageId)).toEqual(
      [1, 2, 3, 5].map(uuid),
    );
  });

  test("MSG-16 more than the credit is answered window_exceeded and closed with 4003", async () => {
    const { dial } = await localServer({ limits: { messagesPerMinute: 1, inFlightMessages: 2 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 3; n += 1) peer.message(uuid(n));
    expect(peer.closeCode).toBeUndefined();
    peer.message(uuid(4));
    expect(peer.last("ERROR")).toMatchObject({
      code: "window_exceeded",
      messageId: uuid(4),
      retryable: true,
    });
    expect(peer.closeCode).toBe(4003);
  });

  test("MSG-26 what was read before DISCONNECT is handled, answered, then 1000", async () => {
    const { dial } = await localServer({ limits: { messagesPerMinute: 1 } });
    const peer = dial("userId=a");
    const bob = dial("userId=bob");
    for (let n = 1; n <= 3; n += 1) peer.message(uuid(n));
    peer.send({ type: "DISCONNECT" });
    expect(peer.of("MESSAGE_ACK")).toHaveLength(3);
    expect(peer.closeCode).toBe(1000);
    expect(peer.of("DISCONNECT")).toEqual([]);
    expect(bob.of("EVENT")).toHaveLength(3);
  });

  test("MSG-21 a session that ended discards what it has not handled", async () => {
    const { dial, clock } = await localServer({ limits: { messagesPerMinute: 1 } });
    const peer = dial("userId=a");
    const bob = dial("userId=bob");
    for (let n = 1; n <= 3; n += 1) peer.message(uuid(n));
    peer.link?.drop();
    clock.advance(200_000);
    expect(bob.of("EVENT")).toHaveLength(1);
  });

  test("LIMIT-1 a limit of 0 is off", async () => {
    const { dial } = await localServer({ limits: { messagesPerMinute: 0 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 500; n += 1) peer.message(uuid(n));
    expect(peer.of("MESSAGE_ACK")).toHaveLength(500);
  });
});

test("ERR-1 an ERROR does not wait for the events of the turn: its peer may be gone by then", async () => {
  const { dial } = await localServer();
  const peer = dial("userId=a");
  const message = { type: "MESSAGE", messageId: uuid(1), event: "chat_message", payload: 1 };
  peer.link?.send(JSON.stringify(message));
  peer.link?.send("{");
  expect(peer.last("ERROR").code).toBe("invalid_json");
  expect(peer.frames.findIndex(({ type }) => type === "MESSAGE_ACK")).toBeLessThan(
    peer.frames.findIndex(({ type }) => type === "ERROR"),
  );
});

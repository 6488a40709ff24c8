import { describe, expect, test } from "vitest";
import type { ServerOptions } from "../server.js";
import { localServer, uuid, type LocalServer, type Peer } from "../testing/local-server.js";

async function limited(
  messageLimits: NonNullable<ServerOptions["messageLimits"]>,
  more: Partial<ServerOptions> = {},
): Promise<LocalServer> {
  return localServer({
    messageLimits,
    sessionPolicy: "allow",
    limits: { messagesPerMinute: 0, connectionsPerMinute: 0 },
    ...more,
  });
}

/** Numbers of the messages that were answered, in the order of their answers. */
function answered(peer: Peer): readonly number[] {
  return peer.of("MESSAGE_ACK").map(({ messageId }) => Number(messageId.slice(-12)));
}

describe("limits of classes of messages", () => {
  test("MSG-14 MSG-15 LIMIT-2 a class over its limit is delayed, in order, without an ERROR", async () => {
    const { dial } = await limited({ chat_message: { perMinute: 2 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 4; n += 1) peer.message(uuid(n));
    expect(answered(peer)).toEqual([1, 2]);
    peer.idle(29_000);
    expect(answered(peer)).toEqual([1, 2]);
    peer.idle(1_000);
    expect(answered(peer)).toEqual([1, 2, 3]);
    peer.idle(30_000);
    expect(answered(peer)).toEqual([1, 2, 3, 4]);
    expect(peer.of("ERROR")).toEqual([]);
  });

  test("MSG-13 what stands behind a message of a slow class waits with it, and takes no allowance meanwhile", async () => {
    const { dial } = await limited({
      chat_message: { perMinute: 1 },
      order_created: { perMinute: 1 },
    });
    const peer = dial("userId=a");
    peer.message(uuid(1));
    peer.message(uuid(2));
    peer.message(uuid(3), { event: "order_created" });
    peer.message(uuid(4), { event: "order_updated" });
    expect(answered(peer)).toEqual([1]);
    peer.idle(60_000);
    expect(answered(peer)).toEqual([1, 2, 3, 4]);
  });

  test("LIMIT-2 the events of a class share its limit, and other events are free of it", async () => {
    const { dial } = await limited({
      orders: { perMinute: 1, events: ["order_created", "order_updated"] },
    });
    const peer = dial("userId=a");
    for (let n = 1; n <= 5; n += 1) peer.message(uuid(n));
    peer.message(uuid(6), { event: "order_created" });
    peer.message(uuid(7), { event: "order_updated" });
    expect(answered(peer)).toEqual([1, 2, 3, 4, 5, 6]);
    peer.idle(60_000);
    expect(answered(peer)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("LIMIT-2 a user's sessions share it, each keeps its own order, and another user has their own", async () => {
    const { dial } = await limited({ chat_message: { perMinute: 2 } });
    const one = dial("userId=a&deviceId=1");
    const two = dial("userId=a&deviceId=2");
    const other = dial("userId=b");
    one.message(uuid(1));
    two.message(uuid(2));
    two.message(uuid(3));
    two.message(uuid(4), { event: "order_created" });
    one.message(uuid(5), { event: "order_created" }); // nothing stands before it here
    other.message(uuid(6));
    expect([answered(one), answered(two), answered(other)]).toEqual([[1, 5], [2], [6]]);
    one.idle(30_000);
    expect(answered(two)).toEqual([2, 3, 4]);
  });

  test("LIMIT-2 the limit of all messages holds beside it", async () => {
    const { dial } = await limited(
      { chat_message: { perMinute: 5 } },
      { limits: { messagesPerMinute: 2 } },
    );
    const peer = dial("userId=a");
    for (let n = 1; n <= 3; n += 1) peer.message(uuid(n));
    expect(answered(peer)).toEqual([1, 2]);
    peer.idle(30_000);
    expect(answered(peer)).toEqual([1, 2, 3]);
  });

  test.each([
    ["a foreign scope", { scope: { user: "b" } }],
    ["an event of nobody", { event: "no_such_event" }],
    ["a payload that is too large", { payload: "x".repeat(40_000) }],
  ])("LIMIT-2 what is refused for %s uses up the rate too", async (_what, more) => {
    const { dial } = await localServer({ limits: { messagesPerMinute: 2 } });
    const peer = dial("userId=a");
    peer.message(uuid(1), more);
    peer.message(uuid(2), more);
    peer.message(uuid(3));
    expect(peer.of("ERROR")).toHaveLength(2);
    expect(answered(peer)).toEqual([]);
    peer.idle(30_000);
    expect(answered(peer)).toEqual([3]);
  });

  test("MSG-26 LIMIT-2 a leave is not held up, and its debt stays with the user", async () => {
    const { dial } = await limited({ chat_message: { perMinute: 1 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 3; n += 1) peer.message(uuid(n));
    peer.send({ type: "DISCONNECT" });
    expect(answered(peer)).toEqual([1, 2, 3]);
    const again = dial("userId=a");
    again.message(uuid(4));
    again.idle(179_000);
    expect(answered(again)).toEqual([]);
    again.idle(1_000);
    expect(answered(again)).toEqual([4]);
  });

  test("LIMIT-1 a class with the limit 0 is free", async () => {
    const { dial } = await limited({ chat_message: { perMinute: 0 } });
    const peer = dial("userId=a");
    for (let n = 1; n <= 300; n += 1) peer.message(uuid(n));
    expect(answered(peer)).toHaveLength(300);
  });

  test("MSG-16 what waits for its class counts as unanswered", async () => {
    const { dial } = await limited(
      { chat_message: { perMinute: 1 } },
      { limits: { inFlightMessages: 2 } },
    );
    const peer = dial("userId=a");
    for (let n = 1; n <= 4; n += 1) peer.message(uuid(n));
    expect(peer.closeCode).toBe(4003);
  });
});

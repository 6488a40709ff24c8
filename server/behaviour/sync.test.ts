import { describe, expect, test } from "vitest";
import { CHAT, localServer, ORDERS, type Peer } from "../testing/local-server.js";

function ids(peer: Peer): number[] {
  return peer.last("SYNC").events.map(({ eventId }) => eventId);
}

describe("sync", () => {
  test("STREAM-1 SYNC-25 SYNC-29 missed events come densely from the asked position", async () => {
    const { dial, publish } = await localServer();
    for (let n = 1; n <= 5; n += 1) await publish("order_created", { n });
    const peer = dial("userId=a");
    peer.sync(ORDERS, 2);
    expect(peer.last("SYNC")).toMatchObject({ fromEventId: 2, headEventId: 5, complete: true });
    expect(ids(peer)).toEqual([3, 4, 5]);
    expect(peer.last("SYNC").events.map(({ payload }) => payload)).toEqual([
      { n: 3 },
      { n: 4 },
      { n: 5 },
    ]);
  });

  test("SYNC-19 from the head the answer is an empty complete SYNC", async () => {
    const { dial, publish } = await localServer();
    await publish("order_created", 1);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 1);
    expect(peer.last("SYNC")).toMatchObject({
      fromEventId: 1,
      events: [],
      headEventId: 1,
      complete: true,
    });
  });

  test("SYNC-18 SYNC-20 REFRESH-1 every stream of a request has one answer", async () => {
    const { dial, publish } = await localServer();
    await publish("order_created", 1);
    const peer = dial("userId=a");
    const { epoch } = peer.head(ORDERS);
    peer.send({
      type: "REQUEST_SYNC",
      streams: [
        { stream: "nobody's", epoch, lastEventId: 0 },
        { stream: ORDERS, epoch, lastEventId: 0 },
        { stream: CHAT, epoch: "another", lastEventId: 0 },
      ],
    });
    expect(peer.of("ERROR")).toMatchObject([
      { code: "forbidden_stream", stream: "nobody's", retryable: false },
    ]);
    expect(peer.of("SYNC")).toMatchObject([{ stream: ORDERS }]);
    expect(peer.of("FULL_REFRESH")).toMatchObject([
      { stream: CHAT, reason: "epoch_changed", epoch: peer.head(CHAT).epoch, lastEventId: 0 },
    ]);
  });

  test("SYNC-26 SYNC-28 SYNC-31 pages hold maxPageEvents and continue without being counted", async () => {
    const { dial, publish } = await localServer({ limits: { pageEvents: 10, syncsPerMinute: 1 } });
    for (let n = 1; n <= 25; n += 1) await publish("order_created", n);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 0);
    expect(peer.last("SYNC")).toMatchObject({ complete: false });
    expect(ids(peer)).toHaveLength(10);
    peer.sync(ORDERS, 10);
    peer.sync(ORDERS, 20);
    expect(peer.last("SYNC")).toMatchObject({ fromEventId: 20, headEventId: 25, complete: true });
    expect(peer.of("SYNC")).toHaveLength(3);
  });

  test("SYNC-27 a page holds at most maxPageBytes, but one event however large", async () => {
    const { dial, publish } = await localServer({ limits: { pageBytes: 2_048 } });
    for (const size of [500, 500, 500, 500, 5_000, 10])
      await publish("order_created", "x".repeat(size));
    const peer = dial("userId=a");
    let from = 0;
    const pages: number[][] = [];
    do {
      peer.sync(ORDERS, from);
      pages.push(ids(peer));
      const bytes = JSON.stringify(peer.last("SYNC").events).length - 2;
      expect(peer.last("SYNC").events.length === 1 || bytes <= 2_048).toBe(true);
      from = ids(peer).at(-1) ?? from;
    } while (!peer.last("SYNC").complete);
    expect(pages).toEqual([[1, 2], [3, 4], [5], [6]]);
  });

  test("SYNC-23 requests over the limit are delayed, never refused", async () => {
    const { dial } = await localServer({ limits: { syncsPerMinute: 2 } });
    const peer = dial("userId=a");
    for (let n = 0; n < 4; n += 1) peer.sync(ORDERS, 0);
    expect(peer.of("SYNC")).toHaveLength(2);
    peer.idle(30_000);
    expect(peer.of("SYNC")).toHaveLength(3);
    peer.idle(30_000);
    expect(peer.of("SYNC")).toHaveLength(4);
    expect(peer.of("ERROR")).toEqual([]);
  });

  test("LIMIT-4 the pace is one for all sessions of a user, and another user's is their own", async () => {
    const { dial } = await localServer({ sessionPolicy: "allow" });
    const phone = dial("userId=a&deviceId=phone");
    const tablet = dial("userId=a&deviceId=tablet");
    const other = dial("userId=b");
    for (let n = 0; n < 20; n += 1) for (const peer of [phone, tablet]) peer.sync(ORDERS, 0);
    other.sync(ORDERS, 0);
    const answered = (): number => phone.of("SYNC").length + tablet.of("SYNC").length;
    expect(answered()).toBe(30);
    expect(other.of("SYNC")).toHaveLength(1);
    phone.idle(10_000);
    expect(answered()).toBe(35);
    phone.idle(10_000);
    expect(answered()).toBe(40);
  });

  test("SYNC-34 an event published with the request stands in the page or after it, once", async () => {
    const { dial, server, clock } = await localServer();
    const peer = dial("userId=a");
    await server.publish({ event: "order_created", payload: 1, scopes: [{ place: "demo" }] });
    peer.link?.send(
      JSON.stringify({ type: "REQUEST_SYNC", streams: [{ ...peer.head(ORDERS), lastEventId: 0 }] }),
    );
    clock.settle();
    const order = peer.types().filter((type) => type === "EVENT" || type === "SYNC");
    expect(order).toEqual(["EVENT", "SYNC"]);
    expect(ids(peer)).toEqual([1]);
  });
});

describe("full refresh", () => {
  test("REFRESH-2 REFRESH-3 REFRESH-9 SYNC-33 a position beyond the head is answered, and the epoch stays", async () => {
    const { dial, publish } = await localServer();
    await publish("order_created", 1);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 7);
    expect(peer.last("FULL_REFRESH")).toMatchObject({
      reason: "position_ahead",
      lastEventId: 1,
      epoch: peer.head(ORDERS).epoch,
      scope: { place: "demo" },
      module: "orders",
    });
    expect(dial("userId=b").head(ORDERS).epoch).toBe(peer.head(ORDERS).epoch);
  });

  test("REFRESH-4 POS-8 events older than historyMs or beyond historyEvents are gone", async () => {
    const { dial, publish, clock } = await localServer({ limits: { historyEvents: 3 } });
    for (let n = 1; n <= 5; n += 1) await publish("order_created", n);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 1);
    expect(peer.last("FULL_REFRESH")).toMatchObject({ reason: "history_expired", lastEventId: 5 });
    peer.sync(ORDERS, 2);
    expect(ids(peer)).toEqual([3, 4, 5]);
    peer.link?.drop();
    clock.advance(600_001);
    const later = dial("userId=a");
    later.sync(ORDERS, 4);
    expect(later.last("FULL_REFRESH").reason).toBe("history_expired");
    later.sync(ORDERS, 5);
    expect(ids(later)).toEqual([]); // POS-9: head and epoch outlive the history
    expect(later.head(ORDERS)).toEqual({ ...peer.head(ORDERS), lastEventId: 5 });
  });

  test("REFRESH-5 more than maxPages missing is a gap too large", async () => {
    const { dial, publish } = await localServer({ limits: { pageEvents: 2, pages: 3 } });
    for (let n = 1; n <= 7; n += 1) await publish("order_created", n);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 0);
    expect(peer.last("FULL_REFRESH").reason).toBe("gap_too_large");
    peer.sync(ORDERS, 1);
    expect(peer.last("SYNC")).toMatchObject({ fromEventId: 1, complete: false });
  });

  test("REFRESH-6 REFRESH-7 HTTP-8 a floor invalidates lower positions, live and later", async () => {
    const { dial, publish, transport, clock } = await localServer();
    await publish("order_created", 1);
    const live = dial("userId=a");
    const answer = await transport.http({
      method: "POST",
      path: "/v1/streams/invalidate",
      body: Buffer.from(JSON.stringify({ scopes: [{ place: "demo" }], modules: ["orders"] })),
    });
    clock.settle();
    expect(JSON.parse(answer.body)).toMatchObject({
      streams: [{ stream: ORDERS, lastEventId: 1 }],
    });
    expect(live.of("FULL_REFRESH")).toMatchObject([{ reason: "invalidated", lastEventId: 1 }]);
    const later = dial("userId=b");
    later.sync(ORDERS, 0);
    expect(later.last("FULL_REFRESH").reason).toBe("invalidated");
    later.sync(ORDERS, 1);
    expect(later.last("SYNC").complete).toBe(true);
  });

  test("REFRESH-8 the first reason in the order is named", async () => {
    const { dial, publish } = await localServer({
      limits: { historyEvents: 1, pageEvents: 1, pages: 1 },
    });
    for (let n = 1; n <= 4; n += 1) await publish("order_created", n);
    const peer = dial("userId=a");
    peer.sync(ORDERS, 99, "another");
    expect(peer.last("FULL_REFRESH").reason).toBe("epoch_changed");
    peer.sync(ORDERS, 0);
    expect(peer.last("FULL_REFRESH").reason).toBe("history_expired");
  });
});

describe("acknowledgement", () => {
  test("ACK-5 ACK-6 ACK-8 the maximum is kept per user, device, stream and epoch", async () => {
    const { dial, publish } = await localServer();
    for (let n = 1; n <= 5; n += 1) await publish("order_created", n);
    const peer = dial("userId=a&deviceId=d&attempt=1");
    const { epoch } = peer.head(ORDERS);
    const ack = (stream: string, lastEventId: number, of = epoch): void => {
      peer.send({ type: "ACK", streams: [{ stream, epoch: of, lastEventId }] });
    };
    ack(ORDERS, 4);
    ack(ORDERS, 2);
    ack(ORDERS, 5, "stale");
    ack("foreign", 1);
    expect(peer.of("ERROR")).toEqual([]);
    peer.link?.drop();
    const again = dial("userId=a&deviceId=d&attempt=2").last("CONNECT");
    expect(again.streams.map(({ ackedEventId }) => ackedEventId)).toEqual([
      4,
      undefined,
      undefined,
    ]);
    const other = dial("userId=a&deviceId=e").last("CONNECT");
    expect(other.streams[0]?.ackedEventId).toBeUndefined();
  });

  test("ACK-7 beyond the head is refused and not kept", async () => {
    const { dial, publish } = await localServer();
    await publish("order_created", 1);
    const peer = dial("userId=a&deviceId=d&attempt=1");
    peer.send({ type: "ACK", streams: [{ ...peer.head(ORDERS), lastEventId: 2 }] });
    expect(peer.last("ERROR")).toMatchObject({ code: "invalid_position", stream: ORDERS });
    peer.link?.drop();
    const again = dial("userId=a&deviceId=d&attempt=2").last("CONNECT");
    expect(again.streams[0]?.ackedEventId).toBeUndefined();
  });
});

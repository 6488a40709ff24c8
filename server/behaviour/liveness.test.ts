import { describe, expect, test } from "vitest";
import { DEMO, localServer, ORDERS } from "../testing/local-server.js";

describe("liveness", () => {
  test("LIVE-6 each HEARTBEAT has one HEARTBEAT_ACK", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    for (let n = 0; n < 3; n += 1) peer.send({ type: "HEARTBEAT" });
    expect(peer.of("HEARTBEAT_ACK")).toHaveLength(3);
  });

  test.each([
    { wish: 1, interval: 1_000 },
    { wish: 30_000, interval: 30_000 },
    { wish: 999_999, interval: 120_000 },
  ])("LIVE-7 a wished interval of $wish ms becomes $interval", async ({ wish, interval }) => {
    const { dial } = await localServer();
    const connect = dial(`userId=a&heartbeatMs=${String(wish)}`).last("CONNECT");
    expect(connect.heartbeat.intervalMs).toBe(interval);
  });

  test("LIVE-8 LIVE-10 a mute peer is pinged half-way and closed with 4000 at the deadline", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.isMute = true;
    peer.idle(6_999, 1);
    expect(peer.pings).toBe(0);
    peer.idle(1, 1);
    expect(peer.pings).toBe(1);
    peer.idle(6_999, 1);
    expect(peer.closeCode).toBeUndefined();
    peer.idle(1, 1);
    expect(peer.closeCode).toBe(4000);
    expect(peer.pings).toBe(1);
  });

  test("LIVE-9 LIVE-11 a peer that only answers pings lives for ever", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.idle(3_600_000, 1_000);
    expect(peer.closeCode).toBeUndefined();
    expect(peer.types()).not.toContain("HEARTBEAT_ACK");
    expect(peer.pings).toBeGreaterThan(400);
  });

  test("LIVE-9 a malformed frame is a sign of life too", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.isMute = true;
    peer.idle(13_000);
    peer.send("{");
    peer.idle(13_000);
    expect(peer.closeCode).toBeUndefined();
  });
});

describe("slow consumers", () => {
  test("POS-15 POS-16 a congested session is paused and repaired by SYNC when it drains", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    const other = dial("userId=b");
    await publish("order_created", 1);
    peer.link?.backlog(2_000_000);
    await publish("order_created", 2); // found congested with this one
    peer.forget();
    await publish("order_created", 3);
    await publish("order_created", 4);
    expect(peer.of("EVENT")).toEqual([]);
    expect(other.of("EVENT")).toHaveLength(4);
    peer.link?.backlog(0);
    expect(peer.last("SYNC")).toMatchObject({ stream: ORDERS, fromEventId: 2, headEventId: 4 });
    await publish("order_created", 5);
    expect(peer.of("EVENT").map(({ eventId }) => eventId)).toEqual([5]);
  });

  test("POS-16 an event that waits while the socket drains does not overtake the repair", async () => {
    const { dial, publish, server, clock } = await localServer();
    const peer = dial("userId=a");
    await publish("order_created", 1);
    peer.link?.backlog(2_000_000);
    await publish("order_created", 2);
    await publish("order_created", 3);
    peer.forget();
    const publishing = server.publish({ event: "order_created", payload: 4, scopes: [DEMO] });
    await publishing; // not handed on yet: the turn is not over
    peer.link?.backlog(0);
    clock.settle();
    expect(peer.of("EVENT")).toEqual([]);
    expect(peer.last("SYNC")).toMatchObject({ fromEventId: 2, headEventId: 4, complete: true });
  });

  test("POS-16 what is not kept any more is repaired by FULL_REFRESH overflow", async () => {
    const { dial, publish } = await localServer({ limits: { historyEvents: 2 } });
    const peer = dial("userId=a");
    peer.link?.backlog(2_000_000);
    for (let n = 1; n <= 5; n += 1) await publish("order_created", n);
    peer.link?.backlog(0);
    expect(peer.of("FULL_REFRESH")).toMatchObject([{ reason: "overflow", lastEventId: 5 }]);
    await publish("order_created", 6);
    expect(peer.of("EVENT").at(-1)?.eventId).toBe(6);
  });

  test("POS-17 a socket blocked for slowConsumerMs is closed with 4001", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    peer.link?.backlog(2_000_000);
    await publish("order_created", 1);
    peer.idle(29_000);
    expect(peer.closeCode).toBeUndefined();
    peer.idle(1_100);
    expect(peer.closeCode).toBe(4001);
  });

  test("POS-12 HEARTBEAT_ACK lists nothing for a paused session", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    peer.link?.backlog(2_000_000);
    await publish("order_created", 1);
    await publish("order_created", 2);
    peer.send({ type: "HEARTBEAT" });
    expect(peer.last("HEARTBEAT_ACK").streams).toBeUndefined();
  });

  test("ERR-10 a socket that throws keeps neither events nor presence from the others", async () => {
    const { dial, clock, publish, failures } = await localServer();
    const broken = dial("userId=a");
    const witness = dial("userId=b");
    clock.advance(1_000);
    broken.received = () => {
      throw new Error("the socket broke");
    };
    witness.send({ type: "PRESENCE_UPDATE", payload: { status: "busy" } });
    clock.advance(200);
    await publish("order_created", 1);
    expect(witness.of("EVENT")).toHaveLength(1);
    expect(witness.last("PRESENCE_DIFF").updates).toMatchObject([{ userId: "b", status: "busy" }]);
    expect(failures.length).toBeGreaterThan(0);
    clock.advance(10_000);
    expect(broken.closeCode).toBeDefined();
  });

  test("ERR-10 a peer that provokes replies and never reads them is dropped", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    const canary = dial("userId=b");
    peer.link?.backlog(20_000_000);
    peer.send({ type: "HEARTBEAT" }); // found congested: paused
    peer.send({ type: "HEARTBEAT" });
    expect(peer.closeCode).toBe(1006);
    await publish("order_created", 1);
    expect(canary.of("EVENT")).toHaveLength(1);
  });
});

describe("drain", () => {
  test("RECON-32 HTTP-13 every session gets DISCONNECT 4002 with a spread, health says DRAINING", async () => {
    const { dial, server, transport } = await localServer();
    const peer = dial("userId=a");
    const closed = server.close();
    expect(peer.last("DISCONNECT")).toMatchObject({ code: 4002, reconnect: true, spreadMs: 5_000 });
    expect(peer.closeCode).toBe(4002);
    const health = await transport.http({ path: "/health" });
    expect(health.status).toBe(503);
    expect(JSON.parse(health.body)).toMatchObject({ status: "DRAINING" });
    const late = dial("userId=b");
    expect(late.closeCode).toBe(4002);
    expect(late.types()).toEqual(["DISCONNECT"]);
    await closed;
  });

  test("LIMIT-9 more streams than a session may have are refused with 4501", async () => {
    const { dial } = await localServer({ limits: { streamsPerSession: 2 } });
    expect(dial("userId=a").closeCode).toBe(4501);
    const fits = await localServer({
      limits: { streamsPerSession: 2 },
      auth: { mode: "none", scopes: [DEMO], modules: ["orders"] },
    });
    expect(fits.dial("userId=a").closeCode).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import { localServer, uuid } from "../testing/local-server.js";

describe("session policy", () => {
  test("SESS-1 SESS-2 under replace the newest intent wins", async () => {
    const { dial } = await localServer();
    const old = dial("userId=a&deviceId=phone&intentAgeMs=5000");
    const newer = dial("userId=a&deviceId=laptop&intentAgeMs=1000");
    expect(old.last("DISCONNECT")).toMatchObject({ code: 4502, reconnect: false });
    expect(old.closeCode).toBe(4502);
    expect(newer.types()).toContain("CONNECT");
  });

  test("SESS-1 an automatic retry of an older intent does not throw out the one in use", async () => {
    const { dial, clock } = await localServer();
    const current = dial("userId=a&deviceId=laptop");
    clock.advance(2_000);
    const retry = dial("userId=a&deviceId=phone&intentAgeMs=60000");
    expect(retry.closeCode).toBe(4502);
    expect(retry.types()).toEqual(["DISCONNECT"]);
    expect(current.closeCode).toBeUndefined();
  });

  test("SESS-3 a missing intentAgeMs is 0", async () => {
    const { dial } = await localServer();
    const old = dial("userId=a");
    dial("userId=a");
    expect(old.closeCode).toBe(4502);
  });

  test("SESS-8 a higher attempt of the same device replaces, under every policy", async () => {
    for (const sessionPolicy of ["replace", "reject", "allow"] as const) {
      const { dial } = await localServer({ sessionPolicy });
      const old = dial("userId=a&deviceId=d&attempt=1");
      const next = dial("userId=a&deviceId=d&attempt=2&intentAgeMs=99999");
      expect(old.closeCode).toBe(4502);
      expect(next.types()).toContain("CONNECT");
    }
  });

  test.each([1, 0])(
    "SESS-9 attempt %i of the same device is closed without touching attempt 1",
    async (attempt) => {
      const { dial } = await localServer();
      const registered = dial("userId=a&deviceId=d&attempt=1");
      const late = dial(`userId=a&deviceId=d&attempt=${String(attempt)}`);
      expect(late.closeCode).toBe(4502);
      registered.send({ type: "HEARTBEAT" });
      expect(registered.types()).toContain("HEARTBEAT_ACK");
    },
  );

  test("SESS-10 a takeover counts once the new socket has ponged", async () => {
    const { dial } = await localServer();
    const old = dial("userId=a&deviceId=d&attempt=1");
    const next = dial("userId=a&deviceId=d&attempt=2", { isMute: true });
    expect(next.pings).toBe(1);
    expect(next.frames).toEqual([]);
    expect(old.closeCode).toBeUndefined();
    next.pong();
    expect(old.closeCode).toBe(4502);
    expect(next.types()[0]).toBe("CONNECT");
  });

  test("SESS-4 SESS-5 under reject a newcomer loses to an older session that answers two pings", async () => {
    const { dial } = await localServer({ sessionPolicy: "reject" });
    const older = dial("userId=a&deviceId=phone", { isMute: true });
    const newcomer = dial("userId=a&deviceId=laptop");
    expect(older.pings).toBe(1);
    expect(newcomer.closeCode).toBeUndefined();
    older.pong();
    expect(older.pings).toBe(2);
    expect(newcomer.closeCode).toBe(4503);
    expect(older.closeCode).toBeUndefined();
  });

  test("SESS-5 without an answer within proofMs the older session is fenced and the newcomer admitted", async () => {
    const { dial, clock } = await localServer({ sessionPolicy: "reject" });
    const older = dial("userId=a&deviceId=phone", { isMute: true });
    const newcomer = dial("userId=a&deviceId=laptop");
    clock.advance(1_500);
    expect(older.pings).toBe(2);
    clock.advance(1_499);
    expect(newcomer.types()).toEqual([]);
    clock.advance(1);
    newcomer.pong(); // SESS-10 holds here too
    expect(newcomer.types()[0]).toBe("CONNECT");
    expect(older.closeCode).toBe(4502);
  });

  test("SESS-6 under reject a deviceId is required", async () => {
    const { dial } = await localServer({ sessionPolicy: "reject" });
    expect(dial("userId=a").closeCode).toBe(1002);
  });

  test("SESS-7 under allow sessions live side by side", async () => {
    const { dial } = await localServer({ sessionPolicy: "allow" });
    const peers = [dial("userId=a&deviceId=x"), dial("userId=a&deviceId=y"), dial("userId=a")];
    expect(peers.map(({ closeCode }) => closeCode)).toEqual([undefined, undefined, undefined]);
  });

  test("SESS-18 a slot is free when its session ends", async () => {
    const { dial } = await localServer({ sessionPolicy: "reject" });
    dial("userId=a&deviceId=phone").link?.drop();
    expect(dial("userId=a&deviceId=laptop").types()[0]).toBe("CONNECT");
  });
});

describe("several instances", () => {
  test("SESS-13 MSG-10 ROUTE-3 policy, deduplication and delivery hold over instances of one store", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const one = await localServer({ clock, store });
    const two = await localServer({ clock, store });
    const bob = two.dial("userId=bob");
    const alice = one.dial("userId=alice&deviceId=d&attempt=1");
    alice.message(uuid(1));
    expect(bob.last("EVENT").messageId).toBe(uuid(1));
    const moved = two.dial("userId=alice&deviceId=d&attempt=2");
    expect(alice.closeCode).toBe(4502);
    moved.message(uuid(1));
    expect(moved.last("MESSAGE_ACK")).toMatchObject({ duplicate: true, eventId: 1 });
  });

  test("SESS-14 a renewal that finds another session ends with 4502", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const sleeping = await localServer({ clock, store, timers: { leaseRenewMs: 60_000 } });
    const awake = await localServer({ clock, store });
    const old = sleeping.dial("userId=a&deviceId=phone");
    clock.advance(6_500); // its lease ran out while its instance slept
    const taker = awake.dial("userId=a&deviceId=laptop&intentAgeMs=99999");
    expect(taker.types()[0]).toBe("CONNECT");
    expect(old.closeCode).toBeUndefined();
    old.isMute = false;
    for (let n = 0; n < 60; n += 1) {
      old.send({ type: "HEARTBEAT" });
      taker.send({ type: "HEARTBEAT" });
      clock.advance(1_000);
    }
    expect(old.closeCode).toBe(4502);
    expect(taker.closeCode).toBeUndefined();
  });

  test("SESS-15 a renewal that finds no entry registers again", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const { dial } = await localServer({ clock, store, timers: { leaseRenewMs: 7_000 } });
    const peer = dial("userId=a&deviceId=phone&attempt=1");
    peer.send({ type: "HEARTBEAT" });
    clock.advance(6_500);
    await store.maintain();
    clock.advance(1_000);
    peer.message(uuid(1));
    expect(peer.last("MESSAGE_ACK").eventId).toBe(1);
    expect(dial("userId=a&deviceId=phone&attempt=1").closeCode).toBe(4502);
  });

  test("SESS-15 a session whose entry lapsed is registered again before it publishes", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const { dial } = await localServer({ clock, store, timers: { leaseRenewMs: 60_000 } });
    const peer = dial("userId=a&deviceId=phone");
    clock.advance(6_500);
    peer.message(uuid(1));
    expect(peer.closeCode).toBeUndefined();
    expect(peer.last("MESSAGE_ACK").eventId).toBe(1);
  });
});

describe("rates of connections", () => {
  test("LIMIT-5 LIMIT-6 beyond connectionsPerMinute a user is refused with 4003 and retryAfterMs", async () => {
    const { dial, clock } = await localServer({
      limits: { connectionsPerMinute: 2 },
      sessionPolicy: "allow",
    });
    dial("userId=a");
    dial("userId=a");
    for (let n = 0; n < 5; n += 1) {
      const refused = dial("userId=a");
      expect(refused.last("DISCONNECT")).toMatchObject({
        code: 4003,
        reconnect: true,
        retryAfterMs: 30_000,
      });
      expect(refused.closeCode).toBe(4003);
    }
    expect(dial("userId=b").closeCode).toBeUndefined();
    clock.advance(30_000);
    expect(dial("userId=a").closeCode).toBeUndefined();
    expect(dial("userId=a").closeCode).toBe(4003);
  });

  test("LIMIT-7 the limit per address is off by default and spares trusted addresses", async () => {
    const far = { remoteAddress: "192.0.2.1" };
    const off = await localServer();
    for (let n = 0; n < 30; n += 1)
      expect(off.dial(`userId=u${String(n)}`, far).closeCode).toBeUndefined();
    const { dial } = await localServer({ limits: { connectionsPerMinutePerAddress: 1 } });
    expect(dial("userId=a", far).closeCode).toBeUndefined();
    expect(dial("userId=b", far).closeCode).toBe(4003);
    expect(dial("userId=c").closeCode).toBeUndefined();
    expect(dial("userId=d").closeCode).toBeUndefined();
  });
});

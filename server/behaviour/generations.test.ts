import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import { localServer, ORDERS, uuid } from "../testing/local-server.js";

describe("generations", () => {
  test("RECON-18 SESS-17 what arrives late from an old connection has no effect on the new one", async () => {
    const { dial, publish, clock } = await localServer();
    await publish("order_created", 1);
    const old = dial("userId=a&deviceId=d&attempt=1");
    const watcher = dial("userId=w");
    const next = dial("userId=a&deviceId=d&attempt=2");
    expect(old.closeCode).toBe(4502);
    next.send({ type: "PRESENCE_UPDATE", payload: { status: "busy" } });
    clock.advance(1_500);
    watcher.forget();
    old.message(uuid(1));
    old.send({ type: "ACK", streams: [{ ...old.head(ORDERS), lastEventId: 1 }] });
    old.send({ type: "PRESENCE_UPDATE", payload: { status: "away" } });
    old.send({ type: "DISCONNECT" });
    old.link?.close(1000);
    clock.advance(1_500);
    expect(watcher.frames).toEqual([]);
    next.send({ type: "HEARTBEAT" });
    expect(next.types()).toContain("HEARTBEAT_ACK");
    next.link?.drop();
    const again = dial("userId=a&deviceId=d&attempt=3").last("CONNECT");
    expect(again.streams[0]?.ackedEventId).toBeUndefined();
  });

  test("RECON-18 a server that slept through a takeover cannot publish for its old session", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const asleep = await localServer({ clock, store, timers: { leaseRenewMs: 2_000_000 } });
    const awake = await localServer({ clock, store });
    const old = asleep.dial("userId=a&deviceId=phone");
    clock.advance(6_500);
    const taker = awake.dial("userId=a&deviceId=laptop&intentAgeMs=99999");
    const watcher = awake.dial("userId=w");
    expect(taker.types()[0]).toBe("CONNECT");
    old.message(uuid(1));
    expect(watcher.of("EVENT")).toEqual([]);
    expect(old.of("MESSAGE_ACK")).toEqual([]);
    expect(old.closeCode).toBe(4502);
    taker.message(uuid(1));
    expect(watcher.of("EVENT")).toHaveLength(1);
    expect(taker.last("MESSAGE_ACK").duplicate).toBeUndefined();
  });
});

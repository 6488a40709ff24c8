import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import type { Awaitable, PresenceListener, Renewal } from "../stores/store.js";
import { localServer } from "../testing/local-server.js";
import { known, update } from "../testing/presence-peers.js";
import { wrapped } from "../testing/wrapped.js";

describe("presence over several instances and a store that fails", () => {
  test("PRES-16 an instance that missed a change finds it by its version", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const subscribe = (): (() => void) => () => undefined;
    const deaf = { ...store, presence: wrapped(store.presence, { subscribe }) };
    const one = await localServer({ clock, store });
    const two = await localServer({ clock, store: deaf });
    const watcher = two.dial("userId=w");
    update(one.dial("userId=a"), "busy");
    watcher.idle(5_500);
    expect(watcher.last("PRESENCE_STATE").members).toContainEqual({ userId: "a", status: "busy" });
  });

  test("PRES-16 a later change does not hide one that fan-out left out", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    let isDeaf = false;
    const subscribe = (listener: PresenceListener): (() => void) =>
      store.presence.subscribe((...change) => {
        if (!isDeaf) listener(...change);
      });
    const one = await localServer({ clock, store });
    const two = await localServer({
      clock,
      store: { ...store, presence: wrapped(store.presence, { subscribe }) },
    });
    const watcher = two.dial("userId=w");
    const [lost, heard] = [one.dial("userId=a"), one.dial("userId=b")];
    watcher.idle(2_000);
    isDeaf = true;
    update(lost, "busy");
    watcher.idle(200);
    isDeaf = false;
    update(heard, "away");
    watcher.idle(200);
    expect(known(watcher)).toMatchObject({ a: "busy", b: "away" });
  });

  test.each([
    { what: "lost", isCarriedOut: false },
    { what: "carried out, but not answered", isCarriedOut: true },
  ])(
    "SESS-15 PRES-2 who outlives an outage is seen again: the renewal was $what",
    async (outage) => {
      const clock = new VirtualClock();
      const store = memoryStore({ clock });
      let isAway = false;
      let isUnanswered = false;
      const renew = (...args: Parameters<typeof store.sessions.renew>): Awaitable<Renewal> => {
        if (isAway) throw new Error("the store is away");
        const renewal = store.sessions.renew(...args);
        if (isUnanswered) throw new Error("the answer was lost");
        return renewal;
      };
      const far = await localServer({
        clock,
        store: { ...store, sessions: wrapped(store.sessions, { renew }) },
      });
      const near = await localServer({ clock, store });
      const watcher = near.dial("userId=w");
      const peer = far.dial("userId=a");
      update(peer, "busy");
      const idle = (seconds: number): void => {
        for (let second = 0; second < seconds; second += 1) {
          watcher.idle(1_000);
          peer.send({ type: "HEARTBEAT" });
        }
      };
      idle(2);
      isAway = true;
      idle(30);
      expect(known(watcher)).toEqual({ w: "online" });
      isAway = false;
      isUnanswered = outage.isCarriedOut;
      idle(2);
      isUnanswered = false;
      idle(5);
      expect(peer.closeCode).toBeUndefined();
      expect(known(watcher)).toEqual({ w: "online", a: "busy" });
    },
  );

  test("PRES-16 a change that could not be read is told with the next one", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    let isAway = false;
    const look = (
      ...args: Parameters<typeof store.presence.look>
    ): ReturnType<typeof store.presence.look> => {
      if (isAway) throw new Error("the store is away");
      return store.presence.look(...args);
    };
    const { dial } = await localServer({
      clock,
      store: { ...store, presence: wrapped(store.presence, { look }) },
    });
    const watcher = dial("userId=w");
    const [first, second] = [dial("userId=a"), dial("userId=b")];
    watcher.idle(2_000);
    isAway = true;
    update(first, "busy");
    watcher.idle(200);
    isAway = false;
    update(second, "away");
    watcher.idle(200);
    expect(known(watcher)).toMatchObject({ a: "busy", b: "away" });
  });

  test("PRES-24 an update that the store did not take is written again", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    let isAway = false;
    const lossyUpdate = (...args: Parameters<typeof store.presence.update>): Awaitable<void> => {
      if (isAway) throw new Error("the store is away");
      return store.presence.update(...args);
    };
    const { dial } = await localServer({
      clock,
      store: { ...store, presence: wrapped(store.presence, { update: lossyUpdate }) },
    });
    const watcher = dial("userId=w");
    const peer = dial("userId=a");
    watcher.idle(2_000);
    isAway = true;
    update(peer, "busy");
    watcher.idle(1_000);
    isAway = false;
    watcher.idle(3_000);
    expect(known(watcher)).toMatchObject({ a: "busy" });
  });

  test("PRES-15 the grace of an instance that died is swept by another", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const dying = await localServer({ clock, store, timers: { leaseRenewMs: 2_000_000 } });
    const alive = await localServer({ clock, store });
    const watcher = alive.dial("userId=w");
    const lost = dying.dial("userId=a", { isMute: true });
    clock.advance(1_000);
    expect(known(watcher)).toEqual({ w: "online", a: "online" });
    // Its own session would end after 14 s of silence; the lease is what counts here.
    lost.send({ type: "HEARTBEAT" });
    watcher.idle(40_000);
    expect(known(watcher)).toEqual({ w: "online" });
  });
});

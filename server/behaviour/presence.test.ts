import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import type { Awaitable, PresenceListener, Renewal } from "../stores/store.js";
import { DEMO, localServer, type LocalServer, type Peer } from "../testing/local-server.js";
import { wrapped } from "../testing/wrapped.js";

const GROUP = '{"place":"demo"}';

function update(peer: Peer, status: string, metadata?: Readonly<Record<string, unknown>>): void {
  peer.send({
    type: "PRESENCE_UPDATE",
    payload: metadata === undefined ? { status } : { status, metadata },
  });
}

/** What a peer knows, by the client's rule; throws where the versions do not join. */
function known(peer: Peer): Record<string, string> {
  let epoch = "";
  let version = -1;
  let members = new Map<string, string>();
  for (const frame of peer.frames) {
    if (frame.type === "PRESENCE_STATE") {
      ({ epoch, version } = frame);
      members = new Map(frame.members.map(({ userId, status }) => [userId, status]));
    } else if (frame.type === "PRESENCE_DIFF") {
      // PRES-4: each diff begins where the one before ended
      expect({ epoch: frame.epoch, version: frame.baseVersion }).toEqual({ epoch, version });
      expect(frame.version).toBeGreaterThan(version);
      ({ version } = frame);
      for (const { userId, status } of frame.updates) members.set(userId, status);
      for (const userId of frame.leaves) members.delete(userId);
      expect(members.size).toBe(frame.memberCount);
    }
  }
  return Object.fromEntries(members);
}

async function settled(): Promise<LocalServer> {
  return localServer({ sessionPolicy: "allow", limits: { connectionsPerMinute: 0 } });
}

describe("presence", () => {
  test("PRES-1 PRES-3 one PRESENCE_STATE for each scope follows CONNECT", async () => {
    const { dial } = await localServer({
      auth: { mode: "none", scopes: [DEMO, { place: "b" }], modules: [] },
    });
    const peer = dial("userId=a");
    expect(peer.types()).toEqual(["CONNECT", "PRESENCE_STATE", "PRESENCE_STATE"]);
    expect(peer.of("PRESENCE_STATE").map(({ group }) => group)).toEqual([GROUP, '{"place":"b"}']);
  });

  test("PRES-2 PRES-26 a new user's online is held 500 ms at most", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    clock.advance(1_000);
    watcher.forget();
    dial("userId=a");
    clock.advance(499);
    expect(watcher.frames).toEqual([]);
    clock.advance(101);
    expect(watcher.of("PRESENCE_DIFF")).toMatchObject([
      { updates: [{ userId: "a", status: "online" }], leaves: [], memberCount: 2 },
    ]);
  });

  test("PRES-26 the first update ends the hold: online is never seen", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    clock.advance(1_000);
    update(dial("userId=a"), "busy");
    clock.advance(1_000);
    const seen = watcher.of("PRESENCE_DIFF").flatMap(({ updates }) => updates);
    expect(seen.filter(({ userId }) => userId === "a")).toEqual([{ userId: "a", status: "busy" }]);
  });

  test("PRES-5 changes of a group within 100 ms leave in one diff", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    const peers = ["a", "b", "c"].map((userId) => dial(`userId=${userId}`));
    clock.advance(1_000);
    watcher.forget();
    for (const peer of peers) update(peer, "away");
    clock.advance(100);
    expect(watcher.of("PRESENCE_DIFF").map(({ updates }) => updates.length)).toEqual([3]);
  });

  test("LIMIT-3 updates are coalesced to one a second, the latest wins, without an ERROR", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    const peer = dial("userId=a");
    clock.advance(2_000);
    watcher.forget();
    for (const status of ["away", "busy", "online", "busy"]) update(peer, status);
    clock.advance(500);
    expect(watcher.of("PRESENCE_DIFF").flatMap(({ updates }) => updates)).toMatchObject([
      { status: "away" },
    ]);
    clock.advance(1_000);
    expect(
      watcher.of("PRESENCE_DIFF").flatMap(({ updates }) => updates.map(({ status }) => status)),
    ).toEqual(["away", "busy"]);
    expect(peer.of("ERROR")).toEqual([]);
  });

  test("PRES-18 DISCONNECT and close 1000 leave at once", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    const [a, b] = [dial("userId=a"), dial("userId=b")];
    clock.advance(1_000);
    watcher.forget();
    a.send({ type: "DISCONNECT" });
    b.link?.close(1000);
    clock.advance(100);
    expect(watcher.of("PRESENCE_DIFF")).toMatchObject([{ leaves: ["a", "b"], memberCount: 1 }]);
  });

  test.each([1001, 1006])(
    "PRES-19 after close %i the leave comes with the end of the grace",
    async (code) => {
      const { dial, clock } = await settled();
      const watcher = dial("userId=w");
      const peer = dial("userId=a");
      clock.advance(1_000);
      watcher.forget();
      peer.link?.close(code);
      watcher.idle(14_900);
      expect(watcher.frames).toEqual([]);
      watcher.idle(300);
      expect(watcher.of("PRESENCE_DIFF")).toMatchObject([{ leaves: ["a"] }]);
    },
  );

  test("PRES-20 after a DISCONNECT of the server the grace is longer by what it told to wait", async () => {
    const clock = new VirtualClock();
    const store = memoryStore({ clock });
    const one = await localServer({ clock, store });
    const two = await localServer({ clock, store });
    const watcher = two.dial("userId=w");
    one.dial("userId=a");
    clock.advance(1_000);
    watcher.forget();
    await one.server.close();
    watcher.idle(19_900);
    expect(watcher.frames).toEqual([]);
    watcher.idle(300);
    expect(watcher.of("PRESENCE_DIFF")).toMatchObject([{ leaves: ["a"] }]);
  });

  test.each(["deviceId=d&attempt=", "x="])(
    "PRES-21 PRES-25 a return within the grace announces nothing and keeps the status (%s)",
    async (device) => {
      const { dial, clock } = await settled();
      const watcher = dial("userId=w");
      const peer = dial(`userId=a&${device}1`);
      update(peer, "busy", { note: "x" });
      clock.advance(1_000);
      watcher.forget();
      peer.link?.drop();
      watcher.idle(14_000);
      const back = dial(`userId=a&${device}2`);
      expect(back.last("PRESENCE_STATE").members).toContainEqual({
        userId: "a",
        status: "busy",
        metadata: { note: "x" },
      });
      update(back, "busy", { note: "x" });
      watcher.idle(30_000);
      back.send({ type: "HEARTBEAT" });
      expect(watcher.of("PRESENCE_DIFF")).toEqual([]);
    },
  );

  test("PRES-23 an update that changes nothing is dropped", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    const peer = dial("userId=a");
    update(peer, "away");
    clock.advance(2_000);
    watcher.forget();
    update(peer, "away");
    clock.advance(2_000);
    expect(watcher.of("PRESENCE_DIFF")).toEqual([]);
  });

  test("PRES-24 PRES-25 of several devices the newest change shows, and a repeated one is no change", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    const phone = dial("userId=a&deviceId=phone&attempt=1");
    const laptop = dial("userId=a&deviceId=laptop&attempt=1");
    update(phone, "away");
    clock.advance(1_500);
    update(laptop, "busy");
    clock.advance(1_500);
    expect(known(watcher).a).toBe("busy");
    phone.link?.drop();
    const again = dial("userId=a&deviceId=phone&attempt=2");
    update(again, "away");
    clock.advance(1_500);
    expect(known(watcher).a).toBe("busy");
    laptop.send({ type: "DISCONNECT" });
    clock.advance(200);
    expect(known(watcher).a).toBe("away");
  });

  test("PRES-2 a second session adds no online while another shows a status", async () => {
    const { dial, clock } = await settled();
    const watcher = dial("userId=w");
    update(dial("userId=a&deviceId=x"), "busy");
    clock.advance(1_000);
    dial("userId=a&deviceId=y");
    clock.advance(1_000);
    expect(known(watcher).a).toBe("busy");
  });

  test("PRES-3 PRES-4 states and diffs of a newcomer join while others change", async () => {
    const { dial, clock } = await settled();
    const early = dial("userId=early");
    const changing = dial("userId=c");
    clock.advance(1_000);
    update(changing, "away");
    clock.advance(50); // the change is not announced yet
    const late = dial("userId=late");
    clock.advance(2_000);
    const truth = { c: "away", early: "online", late: "online" };
    expect(known(early)).toEqual(truth);
    expect(known(late)).toEqual(truth);
  });

  test("PRES-11 PRES-12 REQUEST_PRESENCE is answered with a state, a foreign group with forbidden", async () => {
    const { dial, clock } = await settled();
    const peer = dial("userId=a");
    peer.forget();
    peer.send({ type: "REQUEST_PRESENCE", groups: [GROUP, "foreign"] });
    expect(peer.of("PRESENCE_STATE").map(({ group }) => group)).toEqual([GROUP]);
    expect(peer.of("ERROR")).toMatchObject([{ code: "forbidden" }]);
    for (let n = 0; n < 5; n += 1) peer.send({ type: "REQUEST_PRESENCE", groups: [GROUP] });
    clock.advance(1_000);
    expect(peer.of("PRESENCE_STATE")).toHaveLength(2); // paced: five questions, one more answer
  });

  test("PRES-27 PRES-28 a long list is truncated with the true count", async () => {
    const { dial, clock } = await localServer({ limits: { presenceMembers: 3 } });
    const peers = ["a", "b", "c", "d", "e"].map((userId) => {
      const peer = dial(`userId=${userId}`);
      update(peer, "online");
      clock.advance(1_100);
      return peer;
    });
    const late = dial("userId=late");
    expect(late.last("PRESENCE_STATE")).toMatchObject({ memberCount: 5, truncated: true });
    expect(late.last("PRESENCE_STATE").members.map(({ userId }) => userId)).toEqual([
      "a",
      "b",
      "c",
    ]);
    late.forget();
    for (const peer of peers) update(peer, "away");
    clock.advance(200);
    expect(late.of("PRESENCE_DIFF")).toMatchObject([
      { updates: [{ userId: "a" }, { userId: "b" }, { userId: "c" }], memberCount: 5 },
    ]);
  });

  test("PRES-27 a state stays under presenceStateBytes", async () => {
    const { dial, clock } = await localServer();
    for (let n = 0; n < 150; n += 1)
      update(dial(`userId=u${String(n)}`), "online", { pad: "x".repeat(4_000) });
    clock.advance(2_000);
    const late = dial("userId=late");
    expect(late.texts.at(-1)?.length).toBeLessThan(524_288 + 1_000);
    expect(late.last("PRESENCE_STATE")).toMatchObject({ truncated: true, memberCount: 150 });
  });

  test("PRES-29 FRAME-24 a long diff is split into several that follow one another", async () => {
    const { dial, clock } = await localServer();
    const watcher = dial("userId=w");
    clock.advance(1_000);
    for (let n = 0; n < 100; n += 1)
      update(dial(`userId=u${String(n)}`), "online", { pad: "x".repeat(4_000) });
    clock.advance(300);
    expect(watcher.of("PRESENCE_DIFF").length).toBeGreaterThan(1);
    for (const text of watcher.texts) expect(text.length).toBeLessThan(1_048_576);
    const diffs = watcher.of("PRESENCE_DIFF");
    diffs.slice(1).forEach((diff, index) => {
      expect(diff.baseVersion).toBe(diffs[index]?.version);
    });
    expect(diffs.flatMap(({ updates }) => updates)).toHaveLength(101);
  });

  test("PRES-30 metadata over 4 KiB is refused with payload_too_large", async () => {
    const { dial } = await settled();
    const peer = dial("userId=a");
    update(peer, "online", { pad: "é".repeat(2_050) });
    expect(peer.last("ERROR").code).toBe("payload_too_large");
  });

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

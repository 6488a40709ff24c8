import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import { DEMO, localServer, type LocalServer } from "../testing/local-server.js";
import { known, update } from "../testing/presence-peers.js";

const GROUP = '{"place":"demo"}';

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
});

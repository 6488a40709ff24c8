import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore, type MemoryStoreOptions } from "./memory.js";
import type { AppendOutcome, Fence, Store, StreamHeadState } from "./store.js";

/** A memory store answers at once; this says so to the compiler. */
function now<T>(answer: T | PromiseLike<T>): T {
  if (typeof answer === "object" && answer !== null && "then" in answer)
    throw new Error("it waited");
  return answer;
}

function open(options: MemoryStoreOptions = {}): {
  readonly store: Store;
  readonly clock: VirtualClock;
} {
  const clock = new VirtualClock();
  return { store: memoryStore({ clock, ...options }), clock };
}

function append(store: Store, stream: string, dedupKey?: string): AppendOutcome {
  return now(
    store.log.append({ stream, timestamp: "t", members: '"event":"e","payload":1', dedupKey }),
  );
}

function head(store: Store, stream: string): StreamHeadState | undefined {
  return now(store.log.heads([stream]))[0];
}

function admitted(store: Store, sessionId: string, userId = "a"): Fence {
  const claim = { userId, sessionId, intentAgeMs: 0, proven: true };
  const result = now(store.sessions.claim(claim, "allow"));
  if (result.kind !== "admitted") throw new Error(result.kind);
  return { userId, sessionId, generation: result.generation };
}

/** Lets time pass as a server does, which has the store maintained once a second. */
function pass(store: Store, clock: VirtualClock, ms: number, step = 1_000): void {
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left));
    now(store.maintain());
  }
}

describe("streams", () => {
  test("STREAM-2 STREAM-3 POS-10 each stream has an epoch of its own, at 0 events too, unlike any other store's", () => {
    const epochs = [open(), open()].flatMap(({ store }) => [
      head(store, "s")?.epoch,
      head(store, "t")?.epoch,
    ]);
    expect(new Set(epochs).size).toBe(4);
    for (const epoch of epochs) expect(epoch?.length).toBeLessThanOrEqual(64);
  });

  test("POS-9 head and epoch are kept for streamIdleMs after the last use, and not reused after", () => {
    const { store, clock } = open({ bounds: { streamIdleMs: 100_000 } });
    append(store, "s");
    const before = head(store, "s");
    pass(store, clock, 99_000);
    expect(head(store, "s")).toMatchObject({ epoch: before?.epoch, headId: 1 });
    pass(store, clock, 102_000);
    const after = head(store, "s");
    expect(after?.headId).toBe(0);
    expect(after?.epoch).not.toBe(before?.epoch);
  });

  test("STREAM-3 too many streams: those that nobody used for long are forgotten, those in use stay", () => {
    const { store, clock } = open({ bounds: { streams: 10 } });
    const used = head(store, "used");
    for (let n = 0; n < 100; n += 1) head(store, `once ${String(n)}`);
    const forgotten = head(store, "once 1");
    for (let n = 0; n < 700; n += 1) {
      head(store, "used");
      pass(store, clock, 1_000);
    }
    expect(head(store, "used")).toMatchObject({ epoch: used?.epoch });
    expect(head(store, "once 1")?.epoch).not.toBe(forgotten?.epoch);
  });

  test("POS-8 history goes with time, also where nobody reads it", () => {
    const { store, clock } = open({ bounds: { historyMs: 10_000 } });
    append(store, "s");
    const epoch = head(store, "s")?.epoch ?? "";
    const limits = { pageEvents: 10, pageBytes: 10_000, pages: 10 };
    pass(store, clock, 12_000);
    expect(now(store.log.readAfter("s", { epoch, lastEventId: 0 }, limits))).toMatchObject({
      kind: "refresh",
      reason: "history_expired",
      headId: 1,
    });
  });
});

describe("outcomes", () => {
  test("HTTP-6 MSG-8 an outcome is remembered for 20 minutes at least and 25 at most", () => {
    const { store, clock } = open();
    append(store, "s", "k");
    pass(store, clock, 1_199_000, 10_000);
    expect(append(store, "s", "k")).toMatchObject({ kind: "duplicate", eventId: 1 });
    pass(store, clock, 302_000, 10_000);
    expect(append(store, "s", "k")).toMatchObject({ kind: "appended", eventId: 2 });
  });

  test("MSG-8 the window counts from the acceptance, whenever that was", () => {
    const { store, clock } = open();
    for (let minute = 0; minute < 60; minute += 1) {
      append(store, "s", String(minute));
      if (minute >= 19) {
        expect(now(store.log.recall(undefined, String(minute - 19)))).toMatchObject({
          eventId: minute - 18,
        });
      }
      if (minute >= 26)
        expect(now(store.log.recall(undefined, String(minute - 26)))).toBeUndefined();
      pass(store, clock, 60_000, 10_000);
    }
  });
});

describe("sessions", () => {
  test("SESS-16 generations are unique", () => {
    const { store } = open();
    const generations = ["1", "2", "3"].map((id) => admitted(store, id).generation);
    expect(new Set(generations).size).toBe(3);
  });

  test("SESS-18 only its own session frees an entry", () => {
    const { store } = open();
    const fence = admitted(store, "s");
    now(store.sessions.release({ ...fence, generation: "another" }));
    expect(append(store, "x")).toMatchObject({ kind: "appended" });
    const request = { stream: "x", timestamp: "t", members: '"event":"e","payload":1', fence };
    expect(now(store.log.append(request))).toMatchObject({ kind: "appended" });
    now(store.sessions.release(fence));
    expect(now(store.log.append(request))).toEqual({ kind: "fenced" }); // MSG-7, SESS-17
  });

  test("SESS-13 a lease that is not renewed ends, one that is stays", () => {
    const { store, clock } = open({ leaseMs: 6_000 });
    const [kept, lost] = [admitted(store, "kept"), admitted(store, "lost", "b")];
    for (let n = 0; n < 4; n += 1) {
      pass(store, clock, 2_000);
      expect(now(store.sessions.renew([{ ...kept, intentAgeMs: 0 }], "allow"))).toEqual({
        lost: [],
        again: [],
      });
    }
    const request = { stream: "x", timestamp: "t", members: '"event":"e","payload":1' };
    expect(now(store.log.append({ ...request, fence: kept })).kind).toBe("appended");
    expect(now(store.log.append({ ...request, fence: lost })).kind).toBe("fenced");
  });
});

describe("presence", () => {
  test("PRES-17 a new store begins new presence epochs", () => {
    const epochs = [open(), open()].map(({ store }) => now(store.presence.version("g")).epoch);
    expect(epochs[0]).not.toBe(epochs[1]);
  });

  test("PRES-14 a write or leave that is not the registered session's has no effect", () => {
    const { store } = open();
    const fence = admitted(store, "s");
    now(store.presence.enter({ fence, groups: ["g"] }, 0));
    now(store.presence.update(fence, "away", undefined));
    const stale = { ...fence, generation: "stale" };
    now(store.presence.update(stale, "busy", undefined));
    now(store.presence.leave(stale, 0));
    now(store.presence.regroup(stale, []));
    expect(now(store.presence.list("g", 10)).members).toEqual([{ userId: "a", status: "away" }]);
  });

  test("PRES-15 the grace of sessions whose instance died is swept", () => {
    const { store, clock } = open({ leaseMs: 6_000, presenceGraceMs: 15_000 });
    now(store.presence.enter({ fence: admitted(store, "s"), groups: ["g"] }, 0));
    pass(store, clock, 20_000);
    expect(now(store.presence.version("g")).memberCount).toBe(1);
    pass(store, clock, 4_000);
    expect(now(store.presence.version("g")).memberCount).toBe(0);
  });
});

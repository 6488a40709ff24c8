import { describe, expect, test } from "vitest";

import { CHAT, EPOCH, head, ORDERS, SessionProbe } from "./session-probe.js";

describe("delivery", () => {
  test("STREAM-7: the next event is delivered at once", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(6).event(7);
    expect(probe.delivered()).toEqual([6, 7]);
    expect(probe.asked()).toEqual([]);
  });

  test("STREAM-6: an event at or below the position is dropped", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(5).event(3).event(6).event(6);
    expect(probe.delivered()).toEqual([6]);
    expect(probe.session.statistics().duplicatesDropped).toBe(3);
  });

  test("STREAM-8, STREAM-5: an event beyond a gap waits until the gap is filled", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(8).event(7);
    expect(probe.delivered()).toEqual([]);
    probe.page(5, [6, 7, 8]);
    expect(probe.delivered()).toEqual([6, 7, 8]);
    expect(probe.session.statistics().duplicatesDropped).toBe(2);
  });

  test("STREAM-10: an event of another epoch is kept and never delivered before it is adopted", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(6, { epoch: "e2" });
    expect(probe.delivered()).toEqual([]);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 5 }]);
    probe.refresh(5, { epoch: "e2", reason: "epoch_changed" });
    expect(probe.delivered()).toEqual([6]);
  });

  test("STREAM-12: frames for a stream outside the set have no effect", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(1, { stream: CHAT }).page(0, [1], { stream: CHAT }).refresh(3, { stream: CHAT });
    expect(probe.delivered()).toEqual([]);
    expect(probe.all("reload")).toEqual([]);
    expect(probe.asked()).toEqual([]);
  });

  test("STREAM-14: the next event of a stream waits for the handler of the one before", () => {
    const probe = new SessionProbe().connect([head(0), head(0, { stream: CHAT })]);
    probe.prompt = false;
    probe.event(1).event(2).event(1, { stream: CHAT });
    expect(probe.delivered(ORDERS)).toEqual([1]);
    expect(probe.delivered(CHAT)).toEqual([1]);
    probe.handled(1);
    expect(probe.delivered(ORDERS)).toEqual([1, 2]);
  });

  test("STREAM-15: a handler that hangs holds up its own stream only", () => {
    const probe = new SessionProbe().connect([head(0), head(0, { stream: CHAT })]);
    probe.prompt = false;
    probe.event(1).event(2);
    for (let id = 1; id <= 3; id += 1) {
      probe.event(id, { stream: CHAT }).handled(id, CHAT);
    }
    expect(probe.delivered(CHAT)).toEqual([1, 2, 3]);
    probe.elapse(5_000);
    expect(probe.sentOf("HEARTBEAT")).toHaveLength(1);
  });

  test("STREAM-16, STREAM-9: what waits behind a hanging handler is bounded and recovered by sync", () => {
    const probe = new SessionProbe({ keptEvents: 3 }).connect([head(0)]);
    probe.prompt = false;
    for (let id = 1; id <= 9; id += 1) probe.event(id);
    expect(probe.session.statistics()).toMatchObject({ keptEvents: 3, overflowDropped: 5 });
    expect(probe.asked()).toEqual([]);
    for (const id of [1, 2, 3, 4]) probe.handled(id);
    expect(probe.delivered()).toEqual([1, 2, 3, 4]);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 4 }]);
  });

  test("STREAM-16: a gap that closes without an answer ends the sync", () => {
    const probe = new SessionProbe({ keptEvents: 2 }).connect([head(0)]);
    probe.prompt = false;
    for (let id = 1; id <= 4; id += 1) probe.event(id);
    expect(probe.streamState()).toBe("syncing");
    probe.handled(1).event(4).handled(2).handled(3).handled(4).elapse(0);
    expect(probe.delivered()).toEqual([1, 2, 3, 4]);
    expect(probe.asked()).toEqual([]);
    expect(probe.streamState()).toBe("live");
  });

  test("STREAM-9: the newest event goes when the bound is reached, as older ones close gaps", () => {
    const probe = new SessionProbe({ keptEvents: 2 }).connect([head(0)]);
    probe.event(9).event(8).event(2);
    probe.event(1);
    expect(probe.delivered()).toEqual([1, 2]);
    expect(probe.session.statistics().keptEvents).toBe(1);
  });

  test("STREAM-17: a handler that throws counts as finished and is reported", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.event(1).event(2);
    probe.input({ type: "handled", stream: ORDERS, epoch: EPOCH, eventId: 1, problem: "broken" });
    expect(probe.delivered()).toEqual([1, 2]);
    expect(probe.last("notice").notice).toEqual({
      kind: "handler_failed",
      stream: ORDERS,
      eventId: 1,
      problem: "broken",
    });
  });

  test("STREAM-17: a late or repeated report of a handler has no effect", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.event(1).event(2).event(3).handled(1).handled(1).handled(7);
    expect(probe.delivered()).toEqual([1, 2]);
  });

  test("STREAM-13: a stream that is no longer listed loses its kept events and keeps its position", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(8).forget();
    probe.reopen().accept([head(2, { stream: CHAT })]);
    expect(probe.session.statistics()).toMatchObject({ keptEvents: 0, streams: 1 });
    probe
      .forget()
      .reopen()
      .accept([head(8)]);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 5 }]);
    probe.page(5, [6, 7, 8]);
    expect(probe.delivered()).toEqual([6, 7, 8]);
  });

  test("STREAM-14: a stream that comes back waits for a handler from before", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.event(1).reopen().accept([]);
    probe
      .reopen()
      .accept([head(2)])
      .page(1, [2]);
    expect(probe.delivered()).toEqual([1]);
    probe.handled(1);
    expect(probe.delivered()).toEqual([1, 2]);
  });

  test("STREAM-13: a handler that ends after its stream was removed still stores its position", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.event(1).reopen().accept([]).forget().handled(1);
    expect(probe.stored()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 1 }]);
  });

  test("LIB-9: an event carries what its stream is about", () => {
    const scope = { place: "demo" };
    const probe = new SessionProbe().connect([head(0, { scope, module: "orders" })]);
    probe.event(1, { messageId: "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10", senderId: "u2" });
    expect(probe.last("deliver")).toMatchObject({
      module: "orders",
      event: { scope, senderId: "u2", messageId: "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10" },
    });
  });
});

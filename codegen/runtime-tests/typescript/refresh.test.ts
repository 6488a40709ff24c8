import { describe, expect, test } from "vitest";

import { EPOCH, head, ORDERS, SessionProbe } from "./session-probe.js";

/** A session whose application takes its time. */
function slow(lastEventId = 5): SessionProbe {
  const probe = new SessionProbe().connect([head(lastEventId)]);
  probe.prompt = false;
  return probe.forget();
}

function at(lastEventId: number, epoch = EPOCH): object {
  return { stream: ORDERS, epoch, lastEventId };
}

function reloaded(probe: SessionProbe, lastEventId?: number): SessionProbe {
  const { reloadId } = probe.last("reload");
  const report = lastEventId === undefined ? {} : { lastEventId };
  return probe.input({ type: "reloaded", stream: ORDERS, reloadId, ...report });
}

function failed(probe: SessionProbe): SessionProbe {
  const { reloadId } = probe.last("reload");
  return probe.input({ type: "reloadFailed", stream: ORDERS, reloadId, problem: "no network" });
}

describe("a reload", () => {
  test("REFRESH-10: the application reloads, and nothing is delivered meanwhile", () => {
    const probe = slow().refresh(8).event(6).event(9);
    expect(probe.last("reload").refresh).toEqual({
      stream: ORDERS,
      epoch: EPOCH,
      lastEventId: 8,
      reason: "history_expired",
    });
    expect(probe.delivered()).toEqual([]);
    reloaded(probe);
    expect(probe.delivered()).toEqual([9]);
  });

  test("LIB-7: a reload is told scope and module, from the stream where the frame has none", () => {
    const scope = { place: "demo" };
    const probe = new SessionProbe().connect([head(5, { scope, module: "orders" })]);
    expect(probe.refresh(8).last("reload").refresh).toMatchObject({ scope, module: "orders" });
  });

  test("REFRESH-10, STREAM-14: it waits for the handler that runs", () => {
    const probe = slow().event(6).refresh(8);
    expect(probe.all("reload")).toEqual([]);
    probe.handled(6);
    expect(probe.all("reload")).toHaveLength(1);
  });

  test("REFRESH-11: no REQUEST_SYNC goes out for the stream while it runs", () => {
    const probe = slow().refresh(8).event(12);
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(14)] }).page(8, [9]);
    expect(probe.asked()).toEqual([]);
    reloaded(probe).handled(9);
    expect(probe.asked()).toEqual([at(9)]);
  });

  test("REFRESH-12: events that come meanwhile are kept up to a bound, the newest dropped", () => {
    const probe = new SessionProbe({ keptEvents: 2 }).connect([head(5)]);
    probe.prompt = false;
    probe.refresh(5).event(6).event(7).event(8);
    expect(probe.session.statistics()).toMatchObject({ keptEvents: 2, overflowDropped: 1 });
    reloaded(probe).handled(6).handled(7);
    expect(probe.delivered()).toEqual([6, 7]);
    expect(probe.asked()).toEqual([at(7)]);
  });

  test("REFRESH-13, REFRESH-14: of those that come meanwhile the latest runs next, nothing between", () => {
    const probe = slow().refresh(8).event(9);
    probe.refresh(10, { reason: "overflow" }).refresh(12, { reason: "invalidated" });
    expect(probe.all("reload")).toHaveLength(1);
    reloaded(probe);
    expect(probe.delivered()).toEqual([]);
    expect(probe.all("reload")).toHaveLength(2);
    expect(probe.last("reload").refresh).toMatchObject({ lastEventId: 12, reason: "invalidated" });
    reloaded(probe);
    expect(probe.stored().at(-1)).toEqual(at(12));
  });

  test("REFRESH-21: the end of a connection does not cancel it", () => {
    const probe = slow().refresh(8);
    probe.reopen().accept([head(9)]);
    expect(probe.asked()).toEqual([]);
    reloaded(probe);
    expect(probe.stored()).toEqual([at(8)]);
    expect(probe.asked()).toEqual([at(8)]);
  });

  test("SYNC-2: what one leaves missing while there is no connection is asked for on the next", () => {
    const probe = slow().refresh(8).event(10).end();
    reloaded(probe);
    expect(probe.asked()).toEqual([]);
    probe
      .forget()
      .elapse(30_000)
      .open()
      .accept([{ ...head(0), epoch: "another" }]);
    expect(probe.asked()).toEqual([at(8)]);
  });

  test("REFRESH-22: one that failed is run again after 1 s · 2^k, at most maxDelayMs", () => {
    const probe = slow().refresh(8);
    const waits = Array.from({ length: 7 }, () => {
      failed(probe).forget();
      const since = probe.now;
      while (probe.all("reload").length === 0) {
        probe.elapse(500).frame({ type: "HEARTBEAT_ACK" });
      }
      return probe.now - since;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(probe.stored()).toEqual([]);
  });

  test("REFRESH-22, REFRESH-13: after a failure the stored refresh takes its place", () => {
    const probe = slow().refresh(3, { reason: "position_ahead" }).refresh(4);
    failed(probe).elapse(1_000);
    expect(probe.last("reload").refresh.lastEventId).toBe(4);
    reloaded(probe);
    // the one that was never carried out lowered the position, so this one may as well
    expect(probe.stored()).toEqual([at(4)]);
  });

  test("REFRESH-16, REFRESH-13: a stored refresh that another replaced may still have lowered", () => {
    const probe = slow(9).refresh(9);
    probe.refresh(3, { reason: "position_ahead" }).refresh(4, { reason: "invalidated" });
    reloaded(probe);
    reloaded(probe);
    expect(probe.stored().at(-1)).toEqual(at(4));
  });

  test("REFRESH-22: a reload that succeeds begins the count of failures anew", () => {
    const probe = slow().refresh(8);
    failed(probe).elapse(1_000);
    failed(probe).elapse(2_000);
    reloaded(probe).refresh(9);
    failed(probe).forget().elapse(1_000);
    expect(probe.all("reload")).toHaveLength(1);
  });

  test("REFRESH-19: a late answer to another reload has no effect", () => {
    const probe = slow().refresh(8);
    const { reloadId } = probe.last("reload");
    failed(probe).elapse(1_000);
    probe.input({ type: "reloaded", stream: ORDERS, reloadId });
    expect(probe.stored()).toEqual([]);
    reloaded(probe);
    expect(probe.stored()).toEqual([at(8)]);
  });

  test("SYNC-13, SYNC-5: a refresh settles the request and clears the known head", () => {
    const probe = slow().event(20);
    expect(probe.asked()).toHaveLength(1);
    probe.forget().refresh(8);
    reloaded(probe);
    expect(probe.asked()).toEqual([]);
  });

  test("SYNC-6: kept events of other epochs are cleared, those of its own stay", () => {
    const probe = slow().event(7).event(9, { epoch: "e2" }).event(4, { epoch: "e3" });
    probe.refresh(8, { epoch: "e2", reason: "epoch_changed" });
    expect(probe.session.statistics().keptEvents).toBe(1);
    reloaded(probe);
    expect(probe.delivered()).toEqual([9]);
  });

  test("STREAM-10: events of the epoch that was left are forgotten", () => {
    const probe = slow().refresh(8, { epoch: "e2", reason: "epoch_changed" }).event(9);
    reloaded(probe);
    expect(probe.session.statistics().keptEvents).toBe(0);
  });

  test("SYNC-3: an event of the own epoch does not hide a head of another", () => {
    const probe = slow().refresh(8);
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(2, { epoch: "e2" })] }).event(9);
    reloaded(probe).handled(9);
    expect(probe.asked()).toEqual([at(9)]);
  });

  test("SYNC-8: the known head is looked at again when it ends", () => {
    const probe = slow()
      .refresh(8)
      .frame({ type: "HEARTBEAT_ACK", streams: [head(11)] });
    reloaded(probe);
    expect(probe.asked()).toEqual([at(8)]);
  });

  test("STREAM-13: a stream that is removed forgets its reload", () => {
    const probe = slow().refresh(8);
    probe.reopen().accept([]);
    reloaded(probe);
    expect(probe.stored()).toEqual([]);
  });
});

describe("the position after a reload", () => {
  test.each([
    ["REFRESH-15: own epoch, above the position", 5, { lastEventId: 8 }, undefined, at(8)],
    ["REFRESH-15: own epoch, below the position", 5, { lastEventId: 3 }, undefined, at(5)],
    [
      "REFRESH-16: position_ahead lowers it",
      5,
      { lastEventId: 3, reason: "position_ahead" },
      undefined,
      at(3),
    ],
    [
      "REFRESH-17: another epoch is adopted with its id",
      5,
      { lastEventId: 2, epoch: "e2", reason: "epoch_changed" },
      undefined,
      at(2, "e2"),
    ],
    ["REFRESH-18: a snapshot that holds more raises it", 5, { lastEventId: 8 }, 11, at(11)],
    ["REFRESH-18: a snapshot that holds less does not", 5, { lastEventId: 8 }, 6, at(8)],
    [
      "FRAME-12: an unknown reason",
      5,
      { lastEventId: 8, reason: "newer_reason" },
      undefined,
      at(8),
    ],
  ])("%s", (_, before, { lastEventId, ...refresh }, snapshot, after) => {
    const probe = slow(before).refresh(lastEventId, refresh);
    expect(probe.stored()).toEqual([]); // REFRESH-19
    expect(probe.acked()).toEqual([]);
    reloaded(probe, snapshot);
    expect(probe.stored()).toEqual([after]);
    expect(probe.acked()).toEqual([]);
    probe.elapse(1_000);
    expect(probe.acked()).toEqual([after]); // REFRESH-20
  });

  test("REFRESH-18: kept events that the snapshot holds are not delivered", () => {
    const probe = slow().refresh(8).event(9).event(10).event(11);
    reloaded(probe, 10);
    expect(probe.delivered()).toEqual([11]);
    expect(probe.session.statistics().keptEvents).toBe(0);
  });

  test("REFRESH-23: the outbox is untouched", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.input({ type: "send", messageId: MESSAGE, event: "chat", payload: 1 }).refresh(8);
    expect(probe.session.statistics().outboxSize).toBe(1);
    expect(probe.results()).toEqual({});
  });

  test("LIB-8: the application is told that the stream was refreshed", () => {
    const probe = slow().refresh(8);
    reloaded(probe);
    expect(probe.last("notice").notice).toEqual({
      kind: "refreshed",
      stream: ORDERS,
      reason: "history_expired",
    });
  });
});

const MESSAGE = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";

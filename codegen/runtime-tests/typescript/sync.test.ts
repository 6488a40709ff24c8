import { describe, expect, test } from "vitest";

import { CHAT, EPOCH, eventFrame, head, ORDERS, SessionProbe, timed } from "./session-probe.js";

describe("sync", () => {
  test.each([
    ["CONNECT", (probe: SessionProbe) => probe.reopen().accept([head(9)])],
    [
      "HEARTBEAT_ACK",
      (probe: SessionProbe) => probe.frame({ type: "HEARTBEAT_ACK", streams: [head(9)] }),
    ],
    ["EVENT", (probe: SessionProbe) => probe.event(9)],
    ["an unasked SYNC", (probe: SessionProbe) => probe.page(8, [9])],
    [
      "TOKEN_REFRESHED",
      (probe: SessionProbe) =>
        probe.frame({
          type: "TOKEN_REFRESHED",
          token: { expiresInMs: 60_000, refreshLeadMs: 1_000 },
          modules: [],
          streams: [head(9)],
        }),
    ],
  ])("SYNC-1, SYNC-2: a head beyond the position in %s is asked for", (_, show) => {
    const probe = new SessionProbe().connect([head(5)]).forget();
    show(probe);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 5 }]);
  });

  test("SYNC-3: a head of another epoch is asked for with the own, old position", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(2, { epoch: "e2" })] });
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 5 }]);
  });

  test("SYNC-9: one request per stream is outstanding", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe
      .event(8)
      .event(9)
      .frame({ type: "HEARTBEAT_ACK", streams: [head(12)] });
    expect(probe.asked()).toHaveLength(1);
  });

  test("SYNC-10: a new connection clears what was outstanding", () => {
    const probe = new SessionProbe()
      .connect([head(5)])
      .event(9)
      .forget();
    probe.reopen().accept([head(9)]);
    expect(probe.asked()).toHaveLength(1);
  });

  test("SYNC-11, SYNC-12: a SYNC from elsewhere is applied and settles nothing", () => {
    const probe = new SessionProbe()
      .connect([head(5)])
      .event(20)
      .forget();
    probe.page(6, [7]).page(4, [5, 6]);
    expect(probe.delivered()).toEqual([6, 7]);
    expect(probe.asked()).toEqual([]);
    probe.page(5, [6, 7, 8, 9]);
    expect(probe.delivered()).toEqual([6, 7, 8, 9]);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 9 }]);
  });

  test("SYNC-7: a SYNC in the own epoch clears a known head of another epoch", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.event(3, { epoch: "stale" }).forget().page(5, []);
    probe.elapse(20_000);
    expect(probe.asked()).toEqual([]);
  });

  test("SYNC-30: an incomplete page is followed at once by a request from the new position", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(4)] }).forget();
    probe.page(0, [1, 2], { complete: false, headEventId: 4 });
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 2 }]);
    probe.forget().page(2, [3, 4]);
    expect(probe.delivered()).toEqual([3, 4]);
    expect(probe.asked()).toEqual([]);
  });

  test("SYNC-30: with slow handlers the next page is asked for when this one is processed", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(4)] }).forget();
    probe.page(0, [1, 2], { complete: false, headEventId: 4 });
    expect(probe.asked()).toEqual([]);
    probe.handled(1);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 2 }]);
  });

  test("SYNC-30: incomplete says that there is more, whatever the head in the page", () => {
    const probe = new SessionProbe()
      .connect([head(0)])
      .event(2)
      .forget();
    probe.page(0, [1, 2], { complete: false, headEventId: 2 });
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 2 }]);
  });

  test("SYNC-32: after an answer without progress the client waits 250 ms · 2^k, at most 8 s", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(3)] });
    const waits: number[] = [];
    for (let k = 0; k < 7; k += 1) {
      probe.forget().page(0, []);
      const since = probe.now;
      expect(probe.asked()).toEqual([]);
      while (probe.asked().length === 0) {
        probe.elapse(Math.max(1, (probe.session.deadline ?? 0) - probe.now));
        probe.frame({ type: "HEARTBEAT_ACK" });
      }
      waits.push(probe.now - since);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    probe.forget().page(0, [1], { headEventId: 1 });
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: EPOCH, lastEventId: 1 }]);
    probe.forget().page(1, []).elapse(249);
    expect(probe.asked()).toEqual([]);
    probe.elapse(1);
    expect(probe.asked()).toHaveLength(1);
  });

  test("SYNC-21: after forbidden_stream nothing is asked until a list names the stream", () => {
    const probe = new SessionProbe()
      .connect([head(0)])
      .event(4)
      .forget();
    probe.frame(error("forbidden_stream", { stream: ORDERS }));
    probe.frame({ type: "HEARTBEAT_ACK", streams: [head(5)] }).elapse(4_000);
    expect(probe.asked()).toEqual([]);
    probe.frame({
      type: "TOKEN_REFRESHED",
      token: { expiresInMs: 60_000, refreshLeadMs: 1_000 },
      modules: [],
      streams: [head(5)],
    });
    expect(probe.asked()).toHaveLength(1);
  });

  test.each(["internal", "upstream_unavailable"])(
    "SYNC-22: after ERROR %s the client waits the larger of retryAfterMs and 1 s · 2^k",
    (code) => {
      const probe = new SessionProbe().connect([head(0)]).event(4);
      const answers = [undefined, undefined, 10_000, undefined];
      const waits = answers.map((retryAfterMs) => {
        probe.forget().frame(
          error(code, {
            stream: ORDERS,
            retryable: true,
            ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
          }),
        );
        const since = probe.now;
        while (probe.asked().length === 0) {
          probe.elapse(100).frame({ type: "HEARTBEAT_ACK" });
        }
        return probe.now - since;
      });
      expect(waits).toEqual([1_000, 2_000, 10_000, 8_000]);
    },
  );

  test("SYNC-10, SYNC-22: a new connection counts errors anew", () => {
    const probe = new SessionProbe().connect([head(0)]).event(4);
    for (let k = 0; k < 3; k += 1) {
      probe.frame(error("internal", { stream: ORDERS, retryable: true }));
      for (let ms = 0; ms < 8_000; ms += 1_000) probe.elapse(1_000).frame({ type: "pong" });
    }
    probe
      .reopen()
      .accept([head(4)])
      .forget();
    probe.frame(error("internal", { stream: ORDERS, retryable: true })).elapse(1_000);
    expect(probe.asked()).toHaveLength(1);
  });

  test.each([0, 1, 2])(
    "SYNC-16: %d heartbeats that were answered on an older connection tell nothing about this one",
    (answered) => {
      const probe = new SessionProbe().connect([head(0)]).elapse(2_500);
      for (let n = 0; n < answered; n += 1) {
        probe.frame({ type: "HEARTBEAT_ACK" }).elapse(5_000).frame({ type: "pong" });
      }
      probe
        .reopen()
        .accept([head(0)])
        .elapse(2_500)
        .event(4)
        .forget();
      probe.frame({ type: "HEARTBEAT_ACK" }); // to a heartbeat from before the request
      for (let ms = 0; ms < 12_000; ms += 1_000) probe.elapse(1_000).frame({ type: "pong" });
      expect(probe.asked()).toEqual([]);
      probe.frame({ type: "HEARTBEAT_ACK" });
      for (let ms = 0; ms < 10_000; ms += 1_000) probe.elapse(1_000).frame({ type: "pong" });
      expect(probe.asked()).toHaveLength(1);
    },
  );

  test("SYNC-15, SYNC-16: a request is timed from the answer to a heartbeat sent after it", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.elapse(2_500).event(4).forget(); // a heartbeat is on its way, the request follows it
    probe.frame({ type: "HEARTBEAT_ACK" }).elapse(4_999);
    probe.elapse(1); // the next heartbeat, sent after the request
    for (let waited = 0; waited < 8_000; waited += 1_000)
      probe.elapse(1_000).frame({ type: "pong" });
    expect(probe.asked()).toEqual([]);
    probe.frame({ type: "HEARTBEAT_ACK" });
    for (let waited = 0; waited < 9_000; waited += 1_000)
      probe.elapse(1_000).frame({ type: "pong" });
    probe.elapse(999);
    expect(probe.asked()).toEqual([]);
    probe.elapse(1);
    expect(probe.asked()).toHaveLength(1);
  });

  test("SYNC-17: the third request in a row that runs out closes with 4000", () => {
    const probe = new SessionProbe().connect([head(0)]).event(4);
    for (let second = 0; second < 120 && probe.isConnected; second += 1) {
      probe.elapse(1_000).frame({ type: "HEARTBEAT_ACK" });
    }
    expect(probe.asked()).toHaveLength(3);
    expect(probe.last("close")).toMatchObject({ code: 4000 });
    expect(probe.session.state).toBe("backoff");
  });

  test("SYNC-17: an answer begins the count anew", () => {
    const probe = new SessionProbe().connect([head(0)]).event(9);
    const answered = (): void => {
      for (let second = 0; second < 16; second += 1) {
        probe.elapse(1_000).frame({ type: "HEARTBEAT_ACK" });
      }
    };
    for (let round = 1; round <= 6; round += 1) {
      answered();
      probe.page(round - 1, [round], { complete: false, headEventId: 9 });
    }
    expect(probe.session.state).toBe("connected");
  });

  test("SYNC-4, ACK-10: requests that one frame makes due travel in few frames, each within the bound", () => {
    const streams = Array.from({ length: 40 }, (_, n) =>
      head(0, { stream: `s${n}`.padEnd(200, "x") }),
    );
    const probe = new SessionProbe({ startFrom: "earliest" }).connect(
      streams.map((stream) => ({ ...stream, lastEventId: 3 })),
      {
        limits: {
          maxFrameBytes: 1_024,
          maxPayloadBytes: 512,
          maxInFlightMessages: 32,
          dedupWindowMs: 600_000,
        },
      },
    );
    const texts = probe.all("send").map(({ text }) => text);
    expect(probe.asked()).toHaveLength(40);
    expect(probe.sentOf("REQUEST_SYNC").length).toBeLessThan(15);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(1_024);
  });

  test("SYNC-12: events in a SYNC that name another stream have no effect", () => {
    const probe = new SessionProbe().connect([head(0), head(0, { stream: CHAT })]);
    probe.page(0, [], { events: [timed(eventFrame(1, { stream: CHAT }))], headEventId: 1 });
    expect(probe.delivered()).toEqual([]);
  });
});

function error(code: string, more: object = {}): Parameters<SessionProbe["frame"]>[0] {
  return { type: "ERROR", code, message: "no", retryable: false, ...more };
}

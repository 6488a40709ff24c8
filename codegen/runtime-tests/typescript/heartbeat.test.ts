import { describe, expect, test } from "vitest";

import { head, SessionProbe } from "./session-probe.js";

describe("heartbeat", () => {
  test.each([0, 0.25, 0.999])("LIVE-2: the first comes at %d of the first interval", (chance) => {
    const probe = new SessionProbe({}, () => chance).connect();
    const first = Math.floor(chance * 5_000);
    if (first > 0) {
      probe.elapse(first - 1);
      expect(probe.sentOf("HEARTBEAT")).toHaveLength(0);
      probe.elapse(1);
    } else probe.tick();
    expect(probe.sentOf("HEARTBEAT")).toHaveLength(1);
  });

  test("LIVE-1: one follows every interval, on a grid that late ticks do not move", () => {
    const probe = new SessionProbe().connect();
    const times: number[] = [];
    const start = probe.now;
    for (let beat = 0; beat < 5; beat += 1) {
      probe.sleep((probe.session.deadline ?? 0) - probe.now + 7);
      while (probe.sentOf("HEARTBEAT").length === 0) probe.tick().sleep(1);
      times.push(probe.now - start);
      probe.frame({ type: "HEARTBEAT_ACK" }).forget();
      while ((probe.session.deadline ?? Infinity) <= probe.now) probe.tick();
    }
    for (const [index, time] of times.entries()) {
      expect(Math.abs(time - (2_500 + index * 5_000))).toBeLessThan(20);
    }
  });

  test("CONN-22: the announced interval counts", () => {
    const heartbeat = { intervalMs: 200, timeoutMs: 400 };
    const probe = new SessionProbe().connect([], { heartbeat });
    for (let beat = 0; beat < 10; beat += 1) probe.elapse(200).frame({ type: "HEARTBEAT_ACK" });
    expect(probe.sentOf("HEARTBEAT")).toHaveLength(10);
  });

  test("LIVE-4: nothing inbound for timeoutMs after the oldest unanswered heartbeat closes with 4000", () => {
    const heartbeat = { intervalMs: 1_000, timeoutMs: 3_500 };
    const probe = new SessionProbe().connect([], { heartbeat }).elapse(500 + 3_499);
    expect(probe.sentOf("HEARTBEAT")).toHaveLength(4);
    expect(probe.session.state).toBe("connected");
    probe.elapse(1);
    expect(probe.last("close")).toMatchObject({ code: 4000 });
    expect(probe.session.state).toBe("backoff");
    expect(probe.lastState()).toMatchObject({ code: 4000 });
  });

  test.each([
    ["an EVENT", (probe: SessionProbe) => probe.event(1)],
    ["a frame of an unknown type", (probe: SessionProbe) => probe.text('{"type":"NEWER"}')],
    ["text that is not JSON", (probe: SessionProbe) => probe.text("hello")],
    ["a late HEARTBEAT_ACK", (probe: SessionProbe) => probe.frame({ type: "HEARTBEAT_ACK" })],
  ])("LIVE-3: %s proves life", (_, live) => {
    const probe = new SessionProbe().connect([head(0)]).elapse(2_500 + 3_999);
    live(probe).elapse(4_000);
    expect(probe.session.state).toBe("connected");
    probe.elapse(3_000);
    expect(probe.session.state).toBe("backoff");
  });

  test("LIVE-5: a tick that is itself more than timeoutMs late asks and waits afresh", () => {
    const probe = new SessionProbe().connect().elapse(2_500).forget();
    probe.sleep(4_000 + 4_001).tick();
    expect(probe.session.state).toBe("connected");
    expect(probe.sentOf("HEARTBEAT")).toHaveLength(1);
    probe.elapse(3_999);
    expect(probe.session.state).toBe("connected");
    probe.elapse(1);
    expect(probe.session.state).toBe("backoff");
  });

  test("LIVE-5: one that is less late judges the link", () => {
    const probe = new SessionProbe().connect().elapse(2_500);
    probe.sleep(4_000 + 4_000).tick();
    expect(probe.session.state).toBe("backoff");
  });

  test("LIVE-5: what arrived during the sleep counts before the timers", () => {
    const probe = new SessionProbe().connect([head(0)]).elapse(2_500);
    probe.sleep(5_000).event(1).tick();
    expect(probe.session.state).toBe("connected");
  });

  test("LIB-11: the latency is measured from each heartbeat to its acknowledgement", () => {
    const probe = new SessionProbe()
      .connect()
      .elapse(2_500 + 120)
      .frame({ type: "HEARTBEAT_ACK" });
    expect(probe.session.statistics().heartbeatLatencyMs).toBe(120);
  });

  test("LIVE-1: nothing beats without a connection", () => {
    const probe = new SessionProbe().connect().end().forget().elapse(1_000_000);
    expect(probe.sentOf("HEARTBEAT")).toEqual([]);
  });
});

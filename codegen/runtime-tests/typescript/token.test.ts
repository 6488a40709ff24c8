import { describe, expect, test } from "vitest";

import { head, ORDERS, SessionProbe } from "./session-probe.js";

const LIFE = { expiresInMs: 600_000, refreshLeadMs: 60_000 };

function connected(life = LIFE, chance = 0): SessionProbe {
  const probe = new SessionProbe({ tokens: { kind: "provider" } }, () => chance);
  probe.input({ type: "connect" });
  return answer(probe, "t1")
    .open()
    .accept([head(0)], { token: life })
    .forget();
}

function answer(probe: SessionProbe, token: string): SessionProbe {
  return probe.input({ type: "token", requestId: probe.last("requestToken").requestId, token });
}

function fail(probe: SessionProbe): SessionProbe {
  const { requestId } = probe.last("requestToken");
  return probe.input({ type: "tokenFailed", requestId, problem: "no network" });
}

/** Let time pass on a live connection. */
function live(probe: SessionProbe, ms: number): SessionProbe {
  const end = probe.now + ms;
  while (probe.now < end) {
    probe.elapse(Math.min(1_000, end - probe.now)).frame({ type: "HEARTBEAT_ACK" });
  }
  return probe;
}

function refreshed(probe: SessionProbe, streams = [head(0)]): SessionProbe {
  return probe.frame({ type: "TOKEN_REFRESHED", token: LIFE, modules: [], streams });
}

describe("the token of a connection", () => {
  test("AUTH-17: every connection asks the provider", () => {
    const probe = connected().end().elapse(10_000);
    expect(probe.last("requestToken").purpose).toBe("connect");
    expect(probe.all("open")).toEqual([]);
    answer(probe, "t2");
    expect(probe.last("open").token).toBe("t2");
  });

  test("AUTH-19: a provider that fails is a failed attempt", () => {
    const probe = fail(
      new SessionProbe({ tokens: { kind: "provider" } }).input({ type: "connect" }),
    );
    expect(probe.lastState()).toMatchObject({ state: "backoff", retryInMs: 750 });
    expect(probe.all("notice")[0]?.notice).toEqual({ kind: "token_failed", problem: "no network" });
    probe.elapse(750);
    expect(probe.all("requestToken")).toHaveLength(2);
  });

  test("AUTH-19: one that never answers is given up in time", () => {
    const probe = new SessionProbe({ tokens: { kind: "provider" } }).input({ type: "connect" });
    probe.elapse(10_000);
    expect(probe.session.state).toBe("backoff");
  });

  test("AUTH-17: a fixed token goes with every dial, and none without one", () => {
    const fixed = new SessionProbe({ tokens: { kind: "fixed", token: "t" } }).dial();
    expect(fixed.last("open").token).toBe("t");
    expect(new SessionProbe().dial().last("open")).not.toHaveProperty("token");
  });
});

describe("the refresh", () => {
  test.each([
    ["life - refreshLeadMs", LIFE, 0, 540_000],
    ["half the life", { expiresInMs: 100_000, refreshLeadMs: 60_000 }, 0, 50_000],
    ["earlier by a jitter of at most a tenth", LIFE, 0.999_999, 486_001],
  ])("AUTH-8: it comes after %s", (_, life, chance, due) => {
    const probe = connected(life, chance);
    live(probe, due - 1_000);
    expect(probe.all("requestToken")).toEqual([]);
    live(probe, 1_000);
    expect(probe.last("requestToken").purpose).toBe("refresh");
    answer(probe, "t2");
    expect(probe.sentOf("TOKEN_REFRESH")).toMatchObject([{ token: "t2" }]);
  });

  test("AUTH-9: one is outstanding; the answer announces the next", () => {
    const probe = answer(live(connected(), 540_000), "t2").forget();
    live(probe, 40_000);
    expect(probe.all("requestToken")).toEqual([]);
    refreshed(probe);
    live(probe, 540_000);
    expect(probe.all("requestToken")).toHaveLength(1);
  });

  test("AUTH-14: it replaces the streams and looks at their heads", () => {
    const probe = answer(live(connected(), 540_000), "t2").event(1).forget();
    refreshed(probe, [head(3, { stream: "new" })]);
    probe.event(2).event(4, { stream: "new" });
    expect(probe.delivered()).toEqual([4]);
    expect(probe.stored()[0]).toEqual({ stream: "new", epoch: "e1", lastEventId: 3 });
    refreshed(probe.forget(), [head(9)]);
    expect(probe.asked()).toEqual([{ stream: ORDERS, epoch: "e1", lastEventId: 1 }]);
  });

  test("AUTH-19: a provider that fails is asked again while the session lives", () => {
    const probe = fail(live(connected(), 540_000)).forget();
    expect(probe.session.state).toBe("connected");
    live(probe, 1_000);
    expect(probe.all("requestToken")).toHaveLength(1);
    fail(probe);
    live(probe.forget(), 1_999);
    expect(probe.all("requestToken")).toEqual([]);
    live(probe, 1);
    expect(probe.all("requestToken")).toHaveLength(1);
  });

  test("AUTH-19: so is one that never answers", () => {
    const probe = live(connected(), 540_000).forget();
    live(probe, 11_000);
    expect(probe.all("requestToken")).toHaveLength(1);
    expect(probe.session.state).toBe("connected");
  });

  test("RECON-24: ERROR unauthorized leaves the session to its expiry", () => {
    const probe = answer(live(connected(), 540_000), "bad").forget();
    probe.frame({ type: "ERROR", code: "unauthorized", message: "no", retryable: false });
    live(probe, 30_000);
    expect(probe.session.state).toBe("connected");
    expect(probe.all("requestToken")).toEqual([]);
    probe.end(4100);
    expect(probe.session.state).toBe("backoff");
  });

  test("AUTH-8: without a provider nothing is asked or sent", () => {
    const probe = new SessionProbe({ tokens: { kind: "fixed", token: "t" } });
    live(probe.connect([], { token: LIFE }), 599_000);
    expect(probe.all("requestToken")).toEqual([]);
    expect(probe.sentOf("TOKEN_REFRESH")).toEqual([]);
  });

  test("RECON-17: a refresh that was asked for on an older connection is not sent on the next", () => {
    const probe = live(connected(), 540_000);
    const { requestId } = probe.last("requestToken");
    probe.end().elapse(10_000);
    answer(probe, "t2").open().accept().forget();
    probe.input({ type: "token", requestId, token: "late" });
    expect(probe.sentOf("TOKEN_REFRESH")).toEqual([]);
  });
});

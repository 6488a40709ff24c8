import { describe, expect, test } from "vitest";

import { giveToken, wait, withProvider } from "./connection-steps.js";
import { head, SessionProbe } from "./session-probe.js";

describe("dialling", () => {
  test("CONN-2, CONN-4, CONN-5, SESS-11: a dial says who, which device, which attempt and since when", () => {
    const probe = new SessionProbe({ heartbeatMs: 15_000, firstAttempt: 7 });
    probe.input({ type: "connect" });
    expect(probe.all("open")).toEqual([
      {
        type: "open",
        generation: 1,
        userId: "user123",
        deviceId: "device-1",
        attempt: 7,
        intentAgeMs: 0,
        heartbeatMs: 15_000,
      },
    ]);
  });

  test("CONN-4, CONN-5: attempt and intentAgeMs rise over retries; resume is a new intent", () => {
    const probe = new SessionProbe().dial();
    wait(probe.end());
    const { attempt, intentAgeMs } = probe.last("open");
    expect(attempt).toBe(2);
    expect(intentAgeMs).toBe(750); // 1 000 · (1 - 0.5 · 0.5)
    probe.input({ type: "suspend" }).elapse(60_000).input({ type: "resume" });
    expect(probe.last("open")).toMatchObject({ attempt: 3, intentAgeMs: 0 });
  });

  test("CONN-17: nothing is sent before CONNECT", () => {
    const probe = new SessionProbe();
    probe.input({ type: "setPresence", status: "busy" });
    probe.input({ type: "send", messageId: MESSAGE, event: "chat", payload: 1 });
    probe
      .dial()
      .frame({ type: "HEARTBEAT_ACK", streams: [head(5)] })
      .event(6)
      .elapse(9_999);
    expect(probe.sent()).toEqual([]);
    probe.accept();
    expect(probe.sent().map(({ type }) => type)).toEqual(["PRESENCE_UPDATE", "MESSAGE"]);
  });

  test("CONN-20: an attempt without CONNECT in time is given up and retried", () => {
    const probe = new SessionProbe({ connectTimeoutMs: 3_000 }).dial().elapse(2_999);
    expect(probe.session.state).toBe("connecting");
    probe.elapse(1);
    expect(probe.last("close")).toMatchObject({ generation: 1 });
    expect(probe.session.state).toBe("backoff");
    wait(probe);
    expect(probe.session.state).toBe("connecting");
  });

  test("CONN-19: a second CONNECT is ignored", () => {
    const probe = new SessionProbe().connect([head(5)]).forget();
    probe.accept([head(9)], { heartbeat: { intervalMs: 1, timeoutMs: 1 } });
    expect(probe.asked()).toEqual([]);
    expect(probe.all("state")).toEqual([]);
  });

  test.each(["1.0", "1.1", "1.99"])("CONN-24: version %s is accepted", (protocolVersion) => {
    const probe = new SessionProbe().connect([], { protocolVersion });
    expect(probe.session.state).toBe("connected");
  });

  test.each(["0.9", "2.0", "10.0"])(
    "CONN-28: version %s is closed with 4504, for good",
    (version) => {
      const probe = new SessionProbe().connect([], { protocolVersion: version });
      expect(probe.last("close")).toMatchObject({ code: 4504 });
      expect(probe.lastState()).toMatchObject({ state: "closed", code: 4504 });
      expect(probe.session.deadline).toBeUndefined();
    },
  );

  test("FRAME-7, FRAME-8, FRAME-27: unknown members and types, and broken frames, change nothing", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.text(JSON.stringify({ ...frameOf(1), newer: { a: 1 } }));
    probe.text('{"type":"NEWER","x":1}').text("[1]").text("{").text('{"type":"EVENT"}').text("");
    probe.text(JSON.stringify({ ...frameOf(2), eventId: 1.5 }));
    expect(probe.delivered()).toEqual([1]);
    expect(probe.session.state).toBe("connected");
    expect(probe.session.statistics().invalidFrames).toBe(5);
    const notices = probe.all("notice").map(({ notice }) => notice.kind);
    expect(notices).toEqual(Array(5).fill("remote_protocol_error"));
  });

  test.each(["1812-01-01 noon", undefined, "", "x".repeat(100), 7, null])(
    "FRAME-3: the timestamp %o decides nothing",
    (timestamp) => {
      const probe = new SessionProbe().connect([head(0)]);
      probe.text(JSON.stringify({ ...frameOf(1), timestamp }));
      const page = { stream: "orders@demo", epoch: "e1", fromEventId: 1, headEventId: 2 };
      const events = [{ ...frameOf(2), timestamp }];
      probe.text(JSON.stringify({ type: "SYNC", timestamp, ...page, events, complete: true }));
      expect(probe.delivered()).toEqual([1, 2]);
    },
  );
});

describe("generations", () => {
  test("RECON-17: a late event of an older attempt has no effect", () => {
    const probe = new SessionProbe().connect([head(0)]);
    const old = probe.generation;
    probe.reopen();
    const before = probe.forget().session.state;
    probe.input({ type: "frame", generation: old, text: JSON.stringify(frameOf(1)) });
    probe.input({ type: "opened", generation: old });
    probe.input({ type: "ended", generation: old, code: 4502 });
    expect(probe.session.state).toBe(before);
    expect(probe.effects.every(({ type }) => type === "trace")).toBe(true);
  });

  test("RECON-17: after an own close the socket's end has no effect", () => {
    const probe = new SessionProbe().connect().elapse(2_500 + 4_000);
    expect(probe.session.state).toBe("backoff");
    const before = probe.session.statistics();
    probe.forget().event(1).text("{").end(4502);
    expect(probe.session.state).toBe("backoff");
    expect(probe.session.statistics()).toEqual(before);
    expect(probe.effects.every(({ type }) => type === "trace")).toBe(true);
  });

  test("RECON-17: a token for an older attempt is not used", () => {
    const probe = withProvider().input({ type: "connect" });
    const { requestId } = probe.last("requestToken");
    probe.elapse(10_000);
    wait(probe);
    probe.input({ type: "token", requestId, token: "late" });
    expect(probe.all("open")).toEqual([]);
    giveToken(probe, "fresh");
    expect(probe.last("open").token).toBe("fresh");
  });
});

describe("suspend, resume, disconnect", () => {
  test("MSG-30: suspend says DISCONNECT, closes with 1000 and waits for resume", () => {
    const probe = new SessionProbe().connect([head(0)]).input({ type: "suspend" });
    expect(probe.sent().at(-1)).toMatchObject({ type: "DISCONNECT" });
    expect(probe.last("close")).toMatchObject({ code: 1000 });
    expect(probe.lastState()).toEqual({ state: "suspended", attempt: 0 });
    probe.forget().elapse(1_000_000);
    expect(probe.effects).toEqual([]);
    probe
      .input({ type: "resume" })
      .open()
      .accept([head(2)]);
    expect(probe.asked()).toHaveLength(1);
  });

  test.each([
    ["connecting", (probe: SessionProbe) => probe.dial()],
    ["backoff", (probe: SessionProbe) => probe.dial().end()],
    ["idle", (probe: SessionProbe) => probe],
  ])("LIB-3: suspend works while %s", (_, prepare) => {
    const probe = prepare(new SessionProbe()).input({ type: "suspend" });
    expect(probe.session.state).toBe("suspended");
    expect(probe.lastState()).toEqual({ state: "suspended", attempt: 0 });
    probe.elapse(100_000);
    expect(probe.session.state).toBe("suspended");
    probe.input({ type: "resume" });
    expect(probe.session.state).toBe("connecting");
  });

  test("LIB-12: disconnect says DISCONNECT with its reason, closes, and nothing is left", () => {
    const probe = new SessionProbe()
      .connect([head(0)])
      .event(1)
      .event(5);
    probe.input({ type: "disconnect", reason: "logged out" });
    expect(probe.sentOf("DISCONNECT")).toMatchObject([{ reason: "logged out" }]);
    expect(probe.last("close")).toMatchObject({ code: 1000 });
    expect(probe.lastState()).toMatchObject({ state: "closed", code: 1000, reason: "logged out" });
    expect(probe.session.deadline).toBeUndefined();
  });

  test("LIB-2, POS-2: after the end nothing more is delivered or reloaded, and a handler may still end", () => {
    const probe = new SessionProbe().connect([head(0)]);
    probe.prompt = false;
    probe.event(1).event(2).event(3);
    probe.input({ type: "disconnect" }).forget().handled(1);
    expect(probe.effects.map(({ type }) => type)).toEqual(["storePosition"]);
    expect(probe.stored()).toMatchObject([{ lastEventId: 1 }]);

    const reloading = new SessionProbe().connect([head(0)]);
    reloading.prompt = false;
    const { reloadId } = reloading.refresh(5).last("reload");
    reloading.input({ type: "disconnect" }).forget();
    reloading.input({ type: "reloaded", stream: "orders@demo", reloadId });
    expect(reloading.stored()).toEqual([]);
  });

  test("RECON-30: nothing opens another connection after the end", () => {
    const probe = new SessionProbe().connect().input({ type: "disconnect" }).forget();
    for (const type of ["connect", "resume", "suspend", "disconnect", "tick"] as const) {
      probe.input({ type });
    }
    expect(probe.session.state).toBe("closed");
    expect(probe.all("open")).toEqual([]);
  });

  test("PRES-22, PRES-31: the last own status is repeated after every CONNECT, none is invented", () => {
    const probe = new SessionProbe().connect();
    expect(probe.sentOf("PRESENCE_UPDATE")).toEqual([]);
    probe.input({ type: "setPresence", status: "away" });
    probe.input({ type: "setPresence", status: "busy", metadata: { note: "x" } });
    probe.forget().reopen().accept();
    expect(probe.sentOf("PRESENCE_UPDATE")).toMatchObject([
      { payload: { status: "busy", metadata: { note: "x" } } },
    ]);
  });

  test("LIB-8: recovered is told when every stream has caught up, with the time it took", () => {
    const probe = new SessionProbe().connect([head(0)]).forget();
    probe.reopen().accept([head(2)]);
    const notices = (): string[] => probe.all("notice").map(({ notice }) => notice.kind);
    expect(notices()).toEqual(["reconnecting"]);
    probe.elapse(100).page(0, [1, 2]);
    expect(notices()).toEqual(["reconnecting", "recovered"]);
    expect(probe.last("notice").notice).toEqual({ kind: "recovered", downMs: 750 + 100 });
    expect(probe.session.statistics().reconnects).toBe(1);
  });
});

const MESSAGE = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";

function frameOf(eventId: number): object {
  return {
    type: "EVENT",
    timestamp: "2026-03-01T12:00:00.000Z",
    stream: "orders@demo",
    epoch: "e1",
    eventId,
    event: "order_created",
    payload: null,
  };
}

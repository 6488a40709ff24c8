import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { closeRule } from "../../../generated/typescript/tables.js";
import { connectFrame, head, SessionProbe } from "./session-probe.js";

const RECONNECT = connectFrame().reconnect;

/** A session with a provider that answers at once, so that every code may be followed. */
function withProvider(): SessionProbe {
  return new SessionProbe({ tokens: { kind: "provider" } });
}

function giveToken(probe: SessionProbe, token = "t1"): SessionProbe {
  const { requestId } = probe.last("requestToken");
  return probe.input({ type: "token", requestId, token });
}

/** Wait out the delay that was declared. */
function wait(probe: SessionProbe): SessionProbe {
  return probe.elapse(probe.lastState().retryInMs ?? 0);
}

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

describe("what an end means", () => {
  const stop = [1002, 1003, 1007, 1008, 1009, 1010, 4501, 4502, 4503, 4504, 4505];
  const backoff = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4001, 4002, 4003];
  const unlisted = [
    [4050, "backoff"],
    [4099, "backoff"],
    [4101, "backoff"],
    [4199, "backoff"],
    [4200, "backoff"],
    [4499, "backoff"],
    [4510, "closed"],
    [4999, "closed"],
    [3000, "backoff"],
    [1015, "backoff"],
    [999, "backoff"],
  ] as const;

  test.each(stop)("RECON-22, RECON-20: the client stops after %d", (code) => {
    const probe = withProvider();
    giveToken(probe.input({ type: "connect" }))
      .open()
      .accept()
      .end(code, "why");
    expect(probe.lastState()).toEqual({ state: "closed", attempt: 0, code, reason: "why" }); // LIB-6
    expect(probe.session.deadline).toBeUndefined(); // RECON-30
  });

  test.each(backoff)("RECON-21, RECON-20, RECON-23: the client retries after %d", (code) => {
    const probe = new SessionProbe().connect().end(code);
    expect(probe.session.state).toBe("backoff");
    wait(probe);
    expect(probe.session.state).toBe("connecting");
  });

  test.each(unlisted)("RECON-27: after the unlisted code %d the client is in %s", (code, state) => {
    const probe = withProvider();
    giveToken(probe.input({ type: "connect" }))
      .open()
      .accept()
      .end(code);
    expect(probe.session.state).toBe(state);
  });

  test.each([4100, 4150])("RECON-24: after %d a new token comes first, or the end", (code) => {
    const probe = withProvider();
    giveToken(probe.input({ type: "connect" }))
      .open()
      .accept()
      .end(code);
    wait(probe);
    expect(probe.last("requestToken").purpose).toBe("connect");
    giveToken(probe, "t2");
    expect(probe.last("open").token).toBe("t2");
    const without = new SessionProbe({ tokens: { kind: "fixed", token: "t" } }).connect().end(code);
    expect(without.session.state).toBe("closed");
  });

  test("RECON-25: 4500 is followed by one attempt with a fresh token", () => {
    const probe = withProvider().input({ type: "connect" });
    giveToken(probe).open().end(4500);
    expect(probe.session.state).toBe("backoff");
    giveToken(wait(probe), "t2").open().end(4500);
    expect(probe.lastState()).toMatchObject({ state: "closed", code: 4500 });
    expect(new SessionProbe().connect().end(4500).session.state).toBe("closed");
  });

  test("RECON-26: only a stable connection arms that attempt again", () => {
    const probe = withProvider().input({ type: "connect" });
    giveToken(probe).open().end(4500);
    giveToken(wait(probe)).open().accept().elapse(4_999).end(1006);
    giveToken(wait(probe)).open().end(4500);
    expect(probe.session.state).toBe("closed");

    const stable = withProvider().input({ type: "connect" });
    giveToken(stable).open().end(4500);
    giveToken(wait(stable)).open().accept().elapse(5_000).end(4500);
    expect(stable.session.state).toBe("backoff");
  });

  test("RECON-19: the code of a DISCONNECT decides before the close code", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 4502, reason: "elsewhere", reconnect: true }).end(1006);
    expect(probe.lastState()).toMatchObject({ state: "closed", code: 4502, reason: "elsewhere" });
  });

  test("RECON-19: a DISCONNECT counts for its own connection only", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: true }).reopen().end(4502);
    expect(probe.session.state).toBe("closed");
  });

  test("RECON-19: an own reason decides before a DISCONNECT", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 4003, reason: "", reconnect: true });
    probe.elapse(2_500 + 4_000);
    expect(probe.lastState()).toMatchObject({ state: "backoff", code: 4000 });
  });

  test("RECON-28: reconnect false stops whatever the code", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: false }).end(1012);
    expect(probe.session.state).toBe("closed");
  });

  test("RECON-28: and although the client closes first for a reason of its own", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: false });
    probe.elapse(2_500 + 4_000);
    expect(probe.lastState()).toMatchObject({ state: "closed", code: 4000 });
  });

  test("RECON-29: reconnect true does not override a stop", () => {
    const probe = new SessionProbe().connect();
    probe.frame({ type: "DISCONNECT", code: 4505, reason: "", reconnect: true }).end(4505);
    expect(probe.session.state).toBe("closed");
  });

  test("RECON-20: every code leads where its rule says (property)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), (code) => {
        const probe = new SessionProbe().connect().end(code);
        const { reconnect } = closeRule(code);
        const stops = ["stop", "token", "fresh_token_once"].includes(reconnect);
        expect(probe.session.state).toBe(stops ? "closed" : "backoff");
      }),
    );
  });
});

describe("the delay", () => {
  test("RECON-1, LIB-5: it doubles up to its bound, less a jitter, and is declared as waited", () => {
    const probe = new SessionProbe().dial();
    const delays = Array.from({ length: 9 }, () => {
      probe.end();
      const { retryInMs = 0, attempt } = probe.lastState();
      expect(probe.last("notice").notice).toEqual({ kind: "reconnecting", attempt, retryInMs });
      probe.elapse(retryInMs - 1);
      expect(probe.session.state).toBe("backoff");
      probe.elapse(1);
      expect(probe.session.state).toBe("connecting");
      return retryInMs;
    });
    const bounds = [1, 2, 4, 8, 16, 30, 30, 30, 30].map((seconds) => seconds * 1_000);
    expect(delays).toEqual(bounds.map((bound) => bound * 0.75));
    expect(probe.all("open").map(({ attempt }) => attempt)).toEqual(
      [...Array(10).keys()].map((n) => n + 1),
    );
  });

  test("RECON-1, RECON-2, RECON-6: any chance keeps it within its bounds (property)", () => {
    fc.assert(
      fc.property(
        fc.record({
          failures: fc.nat(8),
          seed: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
            minLength: 1,
          }),
          code: fc.constantFrom(1012, 1013, 4002, 4003),
          retryAfterMs: fc.option(fc.nat(100_000), { nil: undefined }),
          spreadMs: fc.option(fc.nat(100_000), { nil: undefined }),
        }),
        ({ failures, seed, code, retryAfterMs, spreadMs }) => {
          let draws = 0;
          const probe = new SessionProbe({}, () => seed[draws++ % seed.length] ?? 0).dial();
          for (let n = 0; n < failures; n += 1) wait(probe.end()).open();
          const more = {
            ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
            ...(spreadMs === undefined ? {} : { spreadMs }),
          };
          probe.frame({ type: "DISCONNECT", code, reason: "", reconnect: true, ...more }).end(code);
          const delay = probe.lastState().retryInMs ?? -1;
          const doubled = Math.min(30_000, 1_000 * 2 ** failures);
          const least = Math.max(doubled / 2, retryAfterMs ?? 0);
          const given = retryAfterMs === undefined ? 0 : Math.max(5_000, retryAfterMs);
          const spread = spreadMs ?? (code === 4002 ? 5_000 : given);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(least));
          expect(delay).toBeLessThanOrEqual(Math.ceil(Math.max(doubled, least) + spread));
        },
      ),
    );
  });

  test("RECON-6: without spreadMs the spread is as long as a long retryAfterMs", () => {
    const probe = new SessionProbe().connect();
    const more = { retryAfterMs: 20_000 };
    probe.frame({ type: "DISCONNECT", code: 1013, reason: "", reconnect: true, ...more }).end(1013);
    expect(probe.lastState().retryInMs).toBe(20_000 + 10_000);
  });

  test("RECON-5: what a DISCONNECT said binds the next attempt only", () => {
    const probe = new SessionProbe().connect();
    const more = { retryAfterMs: 50_000, spreadMs: 0 };
    probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: true, ...more }).end(1012);
    expect(probe.lastState().retryInMs).toBe(50_000);
    wait(probe).open().end();
    expect(probe.lastState().retryInMs).toBe(1_500);
  });

  test("RECON-11: retryAfterMs of an ERROR delays no attempt", () => {
    const probe = new SessionProbe().connect();
    const error = { code: "internal", message: "no", retryable: true, retryAfterMs: 90_000 };
    probe.frame({ type: "ERROR", ...error }).end();
    expect(probe.lastState().retryInMs).toBe(750);
  });

  test("RECON-3: the first retry after a stable session adds a spread, the second does not", () => {
    const probe = new SessionProbe().connect().elapse(5_000).end();
    expect(probe.lastState().retryInMs).toBe(750 + 1_500);
    wait(probe).open().end();
    expect(probe.lastState().retryInMs).toBe(1_500);
  });

  test("RECON-9, RECON-10: a session that ends before it is stable counts as a failure", () => {
    const probe = new SessionProbe().connect().elapse(4_999).end();
    expect(probe.lastState()).toMatchObject({ retryInMs: 750, attempt: 1 });
    wait(probe).open().accept().elapse(4_999).end();
    expect(probe.lastState()).toMatchObject({ retryInMs: 1_500, attempt: 2 });
    wait(probe).open().accept().elapse(5_000).end();
    expect(probe.lastState()).toMatchObject({ retryInMs: 750 + 1_500, attempt: 1 });
  });

  test("RECON-9: an end at the very moment finds the session stable, tick or not", () => {
    const probe = new SessionProbe().connect().sleep(5_000).end();
    expect(probe.lastState().retryInMs).toBe(750 + 1_500);
  });

  test("FRAME-6: no wait is longer than 2^31-1", () => {
    const probe = new SessionProbe().connect();
    const more = { retryAfterMs: 2_147_483_647, spreadMs: 2_147_483_647 };
    probe.frame({ type: "DISCONNECT", code: 1012, reason: "", reconnect: true, ...more }).end();
    expect(probe.lastState().retryInMs).toBe(2_147_483_647);
  });
});

describe("the circuit", () => {
  function opened(): SessionProbe {
    const probe = new SessionProbe().dial();
    for (let failure = 1; failure < RECONNECT.circuitAfter; failure += 1) wait(probe.end()).open();
    return probe.end();
  }

  test("RECON-12: it opens after the tenth failure in a row and rests", () => {
    const probe = opened();
    expect(probe.lastState()).toMatchObject({ state: "circuit_open", retryInMs: 45_000 });
    probe.elapse(44_999);
    expect(probe.session.state).toBe("circuit_open");
    probe.elapse(1);
    expect(probe.session.state).toBe("connecting");
  });

  test("RECON-12: a stable session that ends is no failure", () => {
    const probe = new SessionProbe().connect().elapse(5_000).end();
    for (let failure = 1; failure < RECONNECT.circuitAfter; failure += 1) wait(probe).open().end();
    expect(probe.session.state).toBe("backoff");
    wait(probe).open().end();
    expect(probe.session.state).toBe("circuit_open");
  });

  test("RECON-13: a failed attempt after the rest rests again", () => {
    const probe = wait(opened()).open().end();
    expect(probe.lastState()).toMatchObject({ state: "circuit_open", retryInMs: 45_000 });
  });

  test("RECON-13: a stable one closes the circuit", () => {
    const probe = wait(opened()).open().accept().elapse(5_000).end();
    expect(probe.lastState()).toMatchObject({ state: "backoff", attempt: 1 });
  });

  test("RECON-13: one that is not stable leaves it open", () => {
    const probe = wait(opened()).open().accept().elapse(4_999).end();
    expect(probe.lastState().state).toBe("circuit_open");
  });

  test("RECON-12: a retryAfterMs longer than the rest binds it", () => {
    const probe = wait(opened()).open();
    const more = { retryAfterMs: 90_000 };
    probe.frame({ type: "DISCONNECT", code: 1013, reason: "", reconnect: true, ...more }).end(1013);
    expect(probe.lastState()).toMatchObject({ state: "circuit_open", retryInMs: 90_000 });
  });

  test("RECON-14: a signal ends the rest early", () => {
    const probe = opened().input({ type: "signal", signal: "online" });
    expect(probe.session.state).toBe("connecting");
    probe.open().end();
    expect(probe.session.state).toBe("circuit_open");
  });
});

describe("signals", () => {
  test.each(["online", "visible"] as const)(
    "RECON-14: %s lets a waiting client try at once",
    (signal) => {
      const probe = new SessionProbe().connect().end().input({ type: "signal", signal });
      expect(probe.session.state).toBe("connecting");
      expect(probe.lastState().attempt).toBe(1);
      probe.open().end();
      expect(probe.lastState()).toMatchObject({ retryInMs: 1_500, attempt: 2 });
    },
  );

  test("RECON-15: one early attempt in 5 s", () => {
    const signal = { type: "signal", signal: "online" } as const;
    const probe = new SessionProbe().dial().end().input(signal).open().end().input(signal);
    expect(probe.session.state).toBe("backoff");
    wait(probe).open().end().elapse(3_499).input(signal); // 1 500 + 3 499 since the first
    expect(probe.session.state).toBe("connecting"); // its own delay of 3 000 was over
    probe.open().end().elapse(1).input(signal);
    expect(probe.lastState().state).toBe("connecting");
  });

  test("RECON-16: none before a retryAfterMs that binds it", () => {
    const signal = { type: "signal", signal: "visible" } as const;
    const probe = new SessionProbe().connect();
    const more = { retryAfterMs: 10_000, spreadMs: 60_000 };
    probe.frame({ type: "DISCONNECT", code: 1013, reason: "", reconnect: true, ...more }).end(1013);
    probe.elapse(9_999).input(signal);
    expect(probe.session.state).toBe("backoff");
    probe.elapse(1).input(signal);
    expect(probe.session.state).toBe("connecting");
  });

  test("RECON-16: none after a stop", () => {
    const probe = new SessionProbe()
      .connect()
      .end(4502)
      .input({ type: "signal", signal: "online" });
    expect(probe.session.state).toBe("closed");
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

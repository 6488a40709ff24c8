import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { wait } from "./connection-steps.js";
import { connectFrame, SessionProbe } from "./session-probe.js";

const RECONNECT = connectFrame().reconnect;

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

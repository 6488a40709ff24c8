import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { closeRule } from "../../../generated/typescript/tables.js";
import { giveToken, wait, withProvider } from "./connection-steps.js";
import { SessionProbe } from "./session-probe.js";

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

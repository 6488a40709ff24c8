import { describe, expect, it } from "vitest";

import type { Case } from "../cases/case.js";
import { loadContract } from "../contract.js";
import { summaryText } from "../report/text.js";
import { exitCode, type RunResult } from "../runner/verdict.js";
import { runServer } from "./run.js";
import { caseOf, faulty, faultyCommand } from "./run.test-support.js";
import type { ServerSubject } from "./subject.js";
import { startServer } from "./target.js";

const contract = loadContract();
const PLAIN = caseOf("conn/plain", [{ dial: {} }, { fence: {} }]);
const SHORT = caseOf(
  "conn/short",
  [
    { dial: { connected: false } },
    {
      expect: {
        frame: "CONNECT",
        with: {
          heartbeat: { intervalMs: "$setting.timers.heartbeatIntervalMs", timeoutMs: 4000 },
        },
      },
    },
  ],
  { profile: "short", requirements: ["LIVE-1"] },
);

async function judged(subject: ServerSubject, cases: readonly Case[]): Promise<RunResult> {
  return await runServer({
    cases,
    contract,
    seed: 1,
    hangMs: 30_000,
    repeat: (id) => `repeat ${id}`,
    subject,
  });
}

function verdicts(run: RunResult): readonly (readonly unknown[])[] {
  return run.cases.map((each) => [each.id, each.verdict, each.failure?.problem]);
}

describe("profiles of the server tier", () => {
  it("a command with {settings} is started once for each profile, with its settings", async () => {
    const run = await judged(faulty("none", "{settings}"), [SHORT, PLAIN]);
    expect(verdicts(run)).toEqual([
      ["conn/plain", "pass", undefined],
      ["conn/short", "pass", undefined],
    ]);
    expect(run).toMatchObject({ profiles: ["open", "short"] });
    expect(run.notJudged).toBeUndefined();
  });

  it("without the placeholder only the open profile is judged, and the summary says so", async () => {
    const run = await judged(faulty("none"), [SHORT, PLAIN]);
    expect(verdicts(run)).toEqual([["conn/plain", "pass", undefined]]);
    expect(run.notJudged).toEqual({ profiles: ["short"], requirements: ["LIVE-1"] });
    expect(exitCode(run)).toBe(0);
    expect(summaryText(run, 0)).toContain("not judged in this run: 1 MUSTs of the profiles short");
  });

  it("a profile that was asked for is the only one", async () => {
    const run = await judged({ ...faulty("none", "{settings}"), profile: "short" }, [SHORT, PLAIN]);
    expect(verdicts(run)).toEqual([["conn/short", "pass", undefined]]);
    expect(run.notJudged?.profiles).toEqual(["open"]);
  });

  it("a setting that does not exist is the suite's own fault", async () => {
    const wrong = caseOf("conn/wrong", [
      { dial: {} },
      { send: { frame: { type: "HEARTBEAT", x: "$setting.timers.none" } } },
    ]);
    const run = await judged(faulty("none"), [wrong]);
    expect(verdicts(run)).toEqual([["conn/wrong", "error", "no setting $setting.timers.none"]]);
  });
});

describe("cases that end the server", () => {
  const RESTARTS = caseOf(
    "conn/restarts",
    [
      { dial: {} },
      { restart: { by: "SIGKILL" } },
      { expect: { exited: true, with: { code: null, signal: "SIGKILL" } } },
      { dial: {} },
      { fence: {} },
    ],
    { needs: ["process"] },
  );
  const DRAINS = caseOf(
    "conn/drains",
    [
      { dial: {} },
      { signal: { name: "SIGTERM" } },
      { expect: { frame: "DISCONNECT", with: { code: 4002 } } },
      { expect: { closed: true, with: { code: 4002 } } },
      { expect: { exited: true, with: { code: 0 } } },
    ],
    { needs: ["process"] },
  );

  it("find one for the next step, and leave one to the next case", async () => {
    const run = await judged(faulty("none"), [RESTARTS, PLAIN, DRAINS, PLAIN]);
    expect(run.cases.map((each) => [each.verdict, each.failure?.problem])).toEqual([
      ["pass", undefined],
      ["pass", undefined],
      ["pass", undefined],
      ["pass", undefined],
    ]);
  });

  it("are n/a by address, which leaves a MUST open: exit 3", async () => {
    const server = await startServer(faultyCommand("none"), { event: "x" });
    try {
      const run = await judged({ kind: "address", target: server.target }, [PLAIN, DRAINS]);
      expect(run.cases.map((each) => each.verdict)).toEqual(["pass", "n/a"]);
      expect(exitCode(run)).toBe(3);
    } finally {
      await server.stop();
    }
  });
});

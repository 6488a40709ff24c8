// A testee that misbehaves is reported for what it did, and costs the case in which it did it: the next
// case passes, in a fresh process.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { exitCode, type CaseResult, type RunResult } from "../runner/verdict.js";
import {
  caseOf,
  CONNECTED,
  DELIVERS,
  fakeTestee,
  faulty,
  HANG_MS,
  judged,
  PLAIN,
} from "./fake-testee.test-support.js";

function verdicts(run: RunResult): readonly (readonly [string, string])[] {
  return run.cases.map((each) => [each.id, each.verdict]);
}

function alone(fault: string, over = {}): Promise<RunResult> {
  return judged(fault, [DELIVERS, faulty(PLAIN), DELIVERS], over);
}

function theFaulty(run: RunResult): CaseResult {
  return run.cases.find((each) => each.id.includes("faulty"))!;
}

const ONE_LOST = [
  ["stream/delivers", "pass"],
  ["stream/faulty-plain", "fail"],
  ["stream/delivers", "pass"],
];

describe("one case is lost", () => {
  it.each([
    ["crashes", "crash", "crash", "the testee exited with code 7"],
    ["prints garbage", "garbage", "bad_line", "is not JSON"],
    ["prints a huge line", "long", "overlong_line", "more than 1048576 bytes"],
    ["answers twice", "twice", "duplicate_reply", "was answered twice"],
    ["answers with an unknown id", "stranger", "unexpected_reply", "command 999, which was never"],
    ["skips a number", "skip", "counter_gap", "came after n="],
    ["reports after case.end", "late", "late_report", "after it had answered case.end"],
    ["crashes after case.end", "late-crash", "crash", "after case.end: the testee exited"],
  ])("to a testee that %s", async (_what, fault, kind, problem) => {
    const run = await alone(fault);
    expect(verdicts(run)).toEqual(ONE_LOST);
    expect(theFaulty(run).failure).toMatchObject({ kind: "driver", fault: kind });
    expect(theFaulty(run).failure?.problem).toContain(problem);
    expect(exitCode(run)).toBe(1);
  });

  it("to a testee that hangs", async () => {
    const run = await alone("hang", { hangMs: HANG_MS });
    expect(verdicts(run)).toEqual(ONE_LOST);
    expect(theFaulty(run).failure).toMatchObject({ kind: "driver", fault: "hang" });
    expect(theFaulty(run).failure?.problem).toContain(`no reply to open within ${HANG_MS} ms`);
    expect(exitCode(run)).toBe(1);
  });

  it("LIB-5: to a testee that lies about its delay", async () => {
    const reconnects = caseOf("recon/waits", [
      ...CONNECTED,
      { drop: {} },
      { expect: { report: "state", where: { state: "backoff" } } },
      { accept: {} },
    ]);
    const run = await judged("lie", [DELIVERS, faulty(reconnects), DELIVERS]);
    expect(run.cases.map((each) => each.verdict)).toEqual(["pass", "fail", "pass"]);
    expect(theFaulty(run).failure).toMatchObject({
      kind: "monitor",
      monitor: "kept_delays",
      requirements: ["LIB-5"],
      problem: "the client dialled sooner than it had said",
    });
  });

  it("LIB-12: to a client that dials after its case has ended", async () => {
    const run = await alone("late-dial");
    expect(verdicts(run)).toEqual(ONE_LOST);
    expect(theFaulty(run).failure).toMatchObject({ requirements: ["LIB-12"] });
  });

  it("to a testee that neither answers nor ends: it is killed, and that is noted", async () => {
    const count = join(mkdtempSync(join(tmpdir(), "latido-")), "processes");
    const testee = fakeTestee("stubborn", "stdio", count);
    const run = await alone("stubborn", { hangMs: HANG_MS, testee });
    expect(verdicts(run)).toEqual(ONE_LOST);
    expect(theFaulty(run).failure).toMatchObject({ kind: "driver", fault: "hang" });
    expect(run.notes).toEqual(["the testee did not end within 2000 ms of SIGTERM: it was killed"]);
    for (const pid of readFileSync(count, "utf8").trim().split("\n")) {
      expect(() => process.kill(Number(pid), 0), `process ${pid} is gone`).toThrow("ESRCH");
    }
  });

  it.each([
    ["dies at hello", "die", "crash", "exited with code 8"],
    ["never says hello", "mute", "hang", "no reply to hello"],
  ])("when a new process %s", async (_what, fault, kind, problem) => {
    const count = join(mkdtempSync(join(tmpdir(), "latido-")), "processes");
    const unanswerable = caseOf("stream/refused", [{ drive: { suspend: {} } }]);
    const cases = [unanswerable, PLAIN, DELIVERS];
    const testee = fakeTestee(fault, "stdio", count);
    const run = await judged("", cases, { hangMs: HANG_MS, testee });
    expect(run.cases.map((each) => each.verdict)).toEqual(["fail", "fail", "pass"]);
    expect(run.cases[0]?.failure).toMatchObject({ fault: "refused" });
    expect(run.cases[1]?.failure).toMatchObject({ kind: "driver", fault: kind });
    expect(run.cases[1]?.failure?.problem).toContain(problem);
  });

  it("a capability that is claimed and not answered is reported as refused", async () => {
    const suspends = caseOf("lib/suspends", [...CONNECTED, { drive: { suspend: {} } }], {
      needs: ["suspend"],
    });
    const run = await judged("boast", [suspends, DELIVERS]);
    expect(run.cases.map((each) => each.verdict)).toEqual(["fail", "pass"]);
    expect(run.cases[0]?.failure).toMatchObject({ kind: "driver", fault: "refused" });
  });

  it("a crash in a case about a SHOULD is a failure, not a warning", async () => {
    const run = await judged("crash", [faulty({ ...PLAIN, level: "SHOULD" }), DELIVERS]);
    expect(run.cases.map((each) => each.verdict)).toEqual(["fail", "pass"]);
  });
});

describe("the run ends", () => {
  it("after three deaths in a row; what was left is untestable", async () => {
    const run = await judged(
      "crash",
      [1, 2, 3, 4, 5].map(() => faulty(PLAIN)),
    );
    expect(run.cases.map((each) => each.verdict)).toEqual([
      "fail",
      "fail",
      "fail",
      "untestable",
      "untestable",
    ]);
    expect(run.endedEarly).toContain("3 deaths in a row");
  });

  it("not after three deaths with a living case between", async () => {
    const run = await judged("crash", [faulty(PLAIN), faulty(PLAIN), PLAIN, faulty(PLAIN), PLAIN]);
    expect(run.endedEarly).toBeUndefined();
    expect(run.cases.at(-1)?.verdict).toBe("pass");
  });

  it.each([
    ["mute", 200, "no reply to hello"],
    ["die", 60_000, "exited with code 8"],
  ])("where no process ever greets (%s), without a verdict", async (fault, hangMs, problem) => {
    const run = await judged(fault, [PLAIN, PLAIN], { hangMs });
    expect(run.cases).toEqual([]);
    expect(run.endedEarly).toContain(problem);
    expect(exitCode(run)).toBe(3);
  });
});

describe("several processes", () => {
  it("share the cases; the results keep the order of the cases", async () => {
    const count = join(mkdtempSync(join(tmpdir(), "latido-")), "processes");
    const cases = Array.from({ length: 12 }, (_, index) =>
      index === 0 ? faulty(PLAIN) : { ...DELIVERS, id: `stream/delivers-${index}` },
    );
    const told: string[] = [];
    const run = await judged("hang", cases, {
      jobs: 3,
      hangMs: HANG_MS,
      testee: fakeTestee("hang", "stdio", count),
      onResult: ({ id }) => told.push(id),
    });
    expect(run.cases.map((each) => each.id)).toEqual(cases.map((each) => each.id));
    expect(told).toEqual(cases.map((each) => each.id));
    expect(run.cases.map((each) => each.verdict)).toEqual([
      "fail",
      ...Array<string>(11).fill("pass"),
    ]);
    expect(readFileSync(count, "utf8").trim().split("\n").length).toBeGreaterThanOrEqual(3);
  });
});

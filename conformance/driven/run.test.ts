import { Ajv } from "ajv";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { Case, Step } from "../cases/case.js";
import { TesteeUnreachable } from "../driver/channel.js";
import { packageRoot } from "../package-root.js";
import { junit } from "../report/junit.js";
import { resultsOf } from "../report/results.js";
import { failureText } from "../report/text.js";
import { exitCode, type CaseResult, type RunResult } from "../runner/verdict.js";
import {
  caseOf,
  CONNECTED,
  contract,
  DELIVERS,
  event,
  fake,
  faulty,
  judged,
  PLAIN,
} from "./fake-testee.test-support.js";
import { runDriven } from "./run.js";

function first(run: RunResult): CaseResult {
  return run.cases[0]!;
}

describe("the driven tier", () => {
  it("passes a testee that keeps the rules, and exits 0", async () => {
    const run = await judged("none", [DELIVERS, PLAIN]);
    expect(run.cases.map((each) => [each.verdict, each.failure?.problem])).toEqual([
      ["pass", undefined],
      ["pass", undefined],
    ]);
    expect(exitCode(run)).toBe(0);
    expect(run.testee?.implementation).toBe("fake");
    expect(first(run).stderr).toBe("a case begins\n");
  });

  it("fails a testee that delivers twice, and cites the requirement", async () => {
    const run = await judged("no-dedup", [faulty(DELIVERS)]);
    expect(first(run).failure).toMatchObject({ kind: "monitor", monitor: "dense_delivery" });
    expect(failureText(first(run), contract.requirements)).toContain("STREAM-6: The client MUST");
    expect(exitCode(run)).toBe(1);
  });

  it("CONN-17: fails a testee that speaks before CONNECT", async () => {
    const waits = caseOf("conn/faulty-silent", [
      { drive: { open: {} } },
      { accept: { connect: false } },
      { fence: {} },
    ]);
    const run = await judged("early", [waits]);
    expect(first(run).failure).toMatchObject({ requirements: ["CONN-17"], kind: "monitor" });
  });

  it("drives a testee over descriptor 3, whatever it prints on standard output", async () => {
    const command = [process.execPath, fake, "none", "fd:3"];
    const run = await judged("none", [DELIVERS], {
      testee: { kind: "command", command, driver: "fd3" },
    });
    expect(first(run).failure).toBeUndefined();
    expect(first(run).verdict).toBe("pass");
  });

  it("attaches to a testee that somebody else started", async () => {
    const child = spawn(process.execPath, [fake, "none", "tcp"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const port = await new Promise<number>((resolve) => {
      child.stdout.once("data", (chunk: Buffer) => {
        resolve(Number(chunk.toString("utf8")));
      });
    });
    const run = await judged("none", [DELIVERS], {
      testee: { kind: "attach", host: "127.0.0.1", port },
    });
    child.kill();
    expect(first(run).failure).toBeUndefined();
    expect(first(run).verdict).toBe("pass");
  });

  it("a command that cannot be started is the user's mistake", async () => {
    const run = runDriven({
      cases: [PLAIN],
      contract,
      seed: 1,
      hangMs: 500,
      repeat: () => "",
      testee: { kind: "command", command: ["/no/such/adapter"], driver: "stdio" },
      target: "none",
    });
    await expect(run).rejects.toBeInstanceOf(TesteeUnreachable);
  });

  it("a capability that is not declared makes a MUST incomplete: n/a, exit 3", async () => {
    const run = await judged("none", [caseOf("lib/suspends", CONNECTED, { needs: ["suspend"] })]);
    expect(first(run)).toMatchObject({ verdict: "n/a", failure: { kind: "capability" } });
    expect(exitCode(run)).toBe(3);
  });

  it("a SHOULD that does not hold is a warning, exit 0", async () => {
    const should = caseOf(
      "stream/should",
      [...CONNECTED, { expect: { report: "delivered", within: 50 } }],
      { level: "SHOULD" },
    );
    const run = await judged("none", [should]);
    expect(first(run).verdict).toBe("warn");
    expect(exitCode(run)).toBe(0);
  });

  it("a precondition that is missing is untestable and counts as a failure", async () => {
    const run = await judged("none", [
      caseOf("stream/observes", [...CONNECTED, { observe: { report: "refresh", within: 50 } }]),
    ]);
    expect(first(run)).toMatchObject({ verdict: "untestable", failure: { kind: "precondition" } });
    expect(exitCode(run)).toBe(1);
  });

  it.each<[string, Step]>([
    ["an invalid frame of ours", { send: { frame: { type: "EVENT", stream: "" } } }],
    ["an unknown variable", { send: { frame: { type: "EVENT", stream: "$nothing" } } }],
    ["a command that the driver protocol does not know", { drive: { dance: {} } }],
  ])("%s is the suite's own fault: error, exit 4", async (_what, step) => {
    const run = await judged("none", [caseOf("stream/ours", [...CONNECTED, step])]);
    expect(first(run)).toMatchObject({ verdict: "error", failure: { kind: "suite" } });
    expect(exitCode(run)).toBe(4);
  });

  it("says which step diverged, what was expected, what came, and how to repeat it", async () => {
    const wrong = caseOf("stream/wrong", [
      ...CONNECTED,
      event(1),
      { expect: { report: "delivered", with: { eventId: 2 } }, requirement: "STREAM-7" },
    ]);
    const run = await judged("none", [wrong]);
    const { failure, transcript } = first(run);
    expect(transcript[failure?.entry ?? 0]).toMatchObject({ name: "delivered" });
    const text = failureText(first(run), contract.requirements);
    expect(text).toContain("STREAM-7: The client MUST deliver");
    expect(text).toContain("step 5 of 5: expect");
    expect(text).toContain("at /eventId: must be equal");
    expect(text).toContain("expected: 2");
    expect(text).toContain("actual:   1");
    expect(text).toMatch(/wire {3}→ c1 EVENT/u);
    expect(text).toMatch(/driver ← delivered/u);
    expect(text).toContain("repeat: repeat stream/wrong");
  });

  it("a delay that was cut short fails; one that was kept does not", async () => {
    const early = (ms: number): Case =>
      caseOf("recon/early", [
        ...CONNECTED,
        { ...event(1), label: "sent" },
        { expect: { report: "delivered", notBefore: { ms, after: "sent" } } },
      ]);
    const run = await judged("none", [early(60_000), early(0)]);
    expect(run.cases.map((each) => each.failure?.kind ?? "pass")).toEqual(["too_early", "pass"]);
  });

  it("an expectation that begins at a step looks past what came before", async () => {
    const begun = (eventId: number): Case =>
      caseOf("stream/begun", [
        ...CONNECTED,
        event(1),
        { fence: {} },
        { ...event(2), label: "second" },
        { expect: { report: "delivered", since: "second", with: { eventId } } },
      ]);
    const run = await judged("none", [begun(2), begun(1)]);
    expect(run.cases.map((each) => each.failure?.actual)).toEqual([undefined, 2]);
  });

  it("of rounds that chance decides one must hold; none is a failure", async () => {
    const rounds = (eventId: number): Case =>
      caseOf("stream/rounds", [
        ...CONNECTED,
        event(1),
        event(2),
        { some: { times: 2, steps: [{ expect: { report: "delivered", with: { eventId } } }] } },
      ]);
    const run = await judged("none", [rounds(2), rounds(3)]);
    expect(run.cases.map((each) => each.verdict)).toEqual(["pass", "fail"]);
    expect(run.cases[1]?.failure).toMatchObject({ kind: "mismatch", step: 5 });
    expect(run.cases[1]?.failure?.problem).toContain("in none of 2 rounds did it hold");
    expect(run.cases.map((each) => each.assertions.length)).toEqual([2, 2]);
  });

  it("results.json keeps its schema, and junit.xml counts the same", async () => {
    const run = await judged("no-dedup", [faulty(DELIVERS), PLAIN]);
    const path = join(packageRoot(), "conformance", "report", "results.schema.json");
    const schema = JSON.parse(readFileSync(path, "utf8")) as object;
    const ajv = new Ajv({ strict: false });
    const results: unknown = JSON.parse(JSON.stringify(resultsOf(run, exitCode(run))));
    expect(ajv.validate(schema, results), ajv.errorsText()).toBe(true);
    const xml = junit(run, contract.requirements);
    expect(xml).toContain('tests="2" failures="1" errors="0" skipped="0"');
    expect(xml).toContain("STREAM-6");
  });
});

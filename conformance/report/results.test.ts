import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import type { RunResult } from "../runner/verdict.js";
import { hostileRun } from "./hostile.test-support.js";
import { readResults } from "./read.js";
import { prepareReports, writeReports } from "./results.js";
import { failedCase, passedCase, runOf } from "./sample.test-support.js";
import { sceneCase } from "./scene.test-support.js";

const { requirements } = loadContract();

function written(run: RunResult, code = 1): string {
  const folder = join(mkdtempSync(join(tmpdir(), "latido-reports-")), "new");
  prepareReports(folder);
  writeReports(folder, run, code, requirements);
  return folder;
}

function text(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const failed = runOf([passedCase("stream/fine"), sceneCase()]);

describe("--out", () => {
  it("writes every report, and a trace for each case that did not pass", () => {
    const folder = written(failed);
    expect(readdirSync(folder).sort()).toEqual([
      "badge.svg",
      "junit.xml",
      "report.html",
      "results.json",
      "summary.md",
      "traces",
    ]);
    expect(readdirSync(join(folder, "traces"))).toEqual(["stream.in-order-and-once.jsonl"]);
  });

  it("results.json keeps its schema, whatever the testee said", () => {
    for (const run of [failed, hostileRun()]) {
      expect(readResults(join(written(run), "results.json")).cases).toHaveLength(run.cases.length);
    }
  });

  it("a trace is one JSON object a line: what it is, then the transcript", () => {
    const lines = text(written(failed), "traces/stream.in-order-and-once.jsonl")
      .trimEnd()
      .split("\n");
    const [head, ...entries] = lines.map((line): unknown => JSON.parse(line));
    expect(head).toMatchObject({
      latidoTrace: 1,
      conformance: { tier: "driven", seed: 1 },
      case: { id: "stream/in-order-and-once", verdict: "fail" },
    });
    expect(head).not.toHaveProperty("case.transcript");
    expect(entries).toEqual(sceneCase().transcript);
  });

  it("takes away the traces of an earlier run in the same folder", () => {
    const folder = written(failed);
    writeFileSync(join(folder, "traces", "mine.txt"), "kept");
    writeReports(folder, runOf([passedCase("stream/fine")]), 0, requirements);
    expect(readdirSync(join(folder, "traces"))).toEqual(["mine.txt"]);
  });

  it("a case that failed in several rounds has a trace of each", () => {
    const run = runOf([sceneCase(), sceneCase()]);
    expect(readdirSync(join(written(run), "traces"))).toHaveLength(2);
  });

  it("writes no folder of traces when everything passed", () => {
    expect(existsSync(join(written(runOf([passedCase("stream/fine")]), 0), "traces"))).toBe(false);
  });
});

describe("summary.md", () => {
  it("says how it ended, which requirements are broken, and what failed", () => {
    const summary = text(written(failed), "summary.md");
    expect(summary).toContain("**This client breaks the contract.** 1 pass, 1 fail of 2 cases");
    expect(summary).toMatch(/\| STREAM-6 \| broken \| The client MUST drop/u);
    expect(summary).toContain("| stream/in-order-and-once | fail | an event was delivered");
    expect(summary).toContain("| client/no-dedup |");
  });

  it("stays a table and holds no markup of the testee", () => {
    const summary = text(written(hostileRun()), "summary.md");
    expect(summary).not.toMatch(/<(?:script|img|svg|h1)/u);
    expect(summary).not.toMatch(/(?<!\\)\[link/u);
    const rows = summary.split("\n").filter((line) => line.startsWith("| stream/hostile-"));
    for (const row of rows) expect(row.match(/(?<!\\)\|/gu)).toHaveLength(5);
  });
});

describe("badge.svg", () => {
  it.each([
    [0, "latido client: conformant, 1 of "],
    [1, "latido client: not conformant, 1 of "],
    [3, "latido client: incomplete, 1 of "],
  ])("says for exit code %i how it ended", (code, words) => {
    const badge = text(written(runOf([passedCase("stream/fine")]), code), "badge.svg");
    expect(badge).toContain(`<title>${words}`);
    expect(badge.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
  });
});

describe("junit.xml", () => {
  it("counts what failed, and holds no character that XML forbids", () => {
    const xml = text(written(hostileRun()), "junit.xml");
    expect(xml).toContain(`failures="${hostileRun().cases.length}"`);
    expect(xml).not.toMatch(/(?![\t\n\r])\p{Cc}|\p{Cs}/u);
    expect(xml).not.toMatch(/<(?:script|img|svg|h1)/u);
  });

  it("tells a case that was not judged as skipped", () => {
    const run = runOf([failedCase("a/lacks", { problem: "it lacks" }, { verdict: "n/a" })]);
    expect(text(written(run), "junit.xml")).toContain('<skipped message="n/a: it lacks"/>');
  });
});

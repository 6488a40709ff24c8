import { describe, expect, it } from "vitest";

import { compareResults, comparisonText, type Change } from "./compare.js";
import { failedCase, passedCase, runOf } from "./report/sample.test-support.js";
import { resultsOf, type Results } from "./report/results.js";
import { exitCode, type CaseResult, type Verdict } from "./runner/verdict.js";

function run(...cases: readonly CaseResult[]): Results {
  const made = runOf(cases);
  return resultsOf(made, exitCode(made));
}

function ended(verdict: Verdict | undefined): readonly CaseResult[] {
  if (verdict === undefined) return [];
  return verdict === "pass" ? [passedCase("a/b")] : [failedCase("a/b", {}, { verdict })];
}

const other = passedCase("z/other");

describe("compare", () => {
  it.each<[Verdict | undefined, Verdict | undefined, Change, boolean]>([
    ["pass", "pass", "same", false],
    ["pass", "warn", "same", false],
    ["pass", "fail", "broken", true],
    ["pass", "untestable", "broken", true],
    ["pass", "n/a", "lost", true],
    ["pass", "inconclusive", "lost", true],
    ["pass", undefined, "gone", false],
    ["fail", "pass", "fixed", false],
    ["fail", "fail", "still failing", false],
    ["fail", "untestable", "still failing", false],
    ["fail", "n/a", "unjudged", false],
    ["n/a", "pass", "regained", false],
    ["n/a", "fail", "new failing", true],
    ["n/a", "n/a", "unjudged", false],
    [undefined, "pass", "new", false],
    [undefined, "fail", "new failing", true],
  ])("a case that went from %s to %s is %s", (before, now, change, isWorse) => {
    const comparison = compareResults(run(other, ...ended(before)), run(other, ...ended(now)));
    expect(comparison.rows.find(({ id }) => id === "a/b")?.change).toBe(change);
    expect(comparison.isWorse).toBe(isWorse);
  });

  it("is worse when the second run came to no verdict at all", () => {
    expect(compareResults(run(other), run()).isWorse).toBe(true);
  });

  it("is not worse when the first run came to none either", () => {
    expect(compareResults(run(), run()).isWorse).toBe(false);
  });

  it("takes a case that failed in one of several rounds as failing", () => {
    const rounds = run(passedCase("a/b"), failedCase("a/b", {}), other);
    expect(compareResults(run(passedCase("a/b"), other), rounds).counts.broken).toBe(1);
  });

  it("tells what matters first, and what stayed the same only by number", () => {
    const first = run(
      other,
      passedCase("a/broke"),
      failedCase("a/fixed", {}),
      passedCase("a/gone"),
    );
    const second = run(
      other,
      failedCase("a/broke", { problem: "it was late" }),
      passedCase("a/fixed"),
    );
    const lines = comparisonText(first, second, compareResults(first, second)).split("\n");
    expect(lines.slice(2)).toEqual([
      "",
      "broken         a/broke  (pass → fail)  it was late",
      "fixed          a/fixed  (fail → pass)  it was different",
      "gone           a/gone  (pass → –)",
      "",
      "B is worse: 1 broken, 1 fixed, 1 gone, 1 same",
    ]);
    expect(lines[0]).toContain("3 pass, 1 fail (exit 1)");
  });

  it("says that two tiers cannot be compared as they are", () => {
    const server = resultsOf(runOf([other], { tier: "server" }), 0);
    const text = comparisonText(run(other), server, compareResults(run(other), server));
    expect(text).toContain("these are different tiers: driven, server");
  });
});

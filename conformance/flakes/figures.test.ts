import { describe, expect, it } from "vitest";

import { caseOf, contract } from "../driven/fake-testee.test-support.js";
import { caseResult, NOTHING_SEEN } from "../runner/result.js";
import type { CaseResult, Verdict } from "../runner/verdict.js";
import { figuresOf, figuresText, type RoundDone } from "./figures.js";

function result(id: string, verdict: Verdict): CaseResult {
  const options = { cases: [], contract, seed: 7, hangMs: 1, repeat: (each: string) => each };
  return caseResult(caseOf(id, []), { verdict }, NOTHING_SEEN, options);
}

function round(durationMs: number, ...verdicts: readonly Verdict[]): RoundDone {
  const cases = verdicts.map((verdict, index) => result(`stream/${index}`, verdict));
  return { durationMs, cases };
}

describe("figures of a repeated run", () => {
  it("count rounds and cases, and name no flake where there was none", () => {
    const figures = figuresOf([round(1_000, "pass", "pass"), round(3_000, "pass", "pass")]);
    expect(figures).toMatchObject({ rounds: 2, cases: 4, longestMs: 3_000 });
    expect(figuresText(figures)).toContain("2 rounds, 4 cases, no flake");
  });

  it.each<Verdict>(["fail", "warn", "n/a", "untestable", "inconclusive", "error"])(
    "take %s for a flake, with the command that repeats it",
    (verdict) => {
      const figures = figuresOf([round(1, "pass"), round(1, verdict), round(1, verdict)]);
      expect([...figures.flakes.keys()]).toEqual(["stream/0"]);
      expect(figuresText(figures)).toContain("stream/0: 2 of 3");
    },
  );
});

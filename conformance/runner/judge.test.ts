import { describe, expect, it } from "vitest";

import { summaryText } from "../report/text.js";
import { caseOf, contract } from "../driven/fake-testee.test-support.js";
import { judge } from "./judge.js";
import type { RunOptions } from "./options.js";
import { caseResult, NOTHING_SEEN } from "./result.js";
import { roundsOf, shuffled } from "./plan.js";
import { exitCode, type RunResult, type Verdict } from "./verdict.js";

const CASES = ["a", "b", "c", "d", "e", "f"].map((name) => caseOf(`stream/${name}`, []));

/** A runner of a tier that gives each case the next of its verdicts, then pass. */
class Scripted {
  readonly runs: RunOptions[] = [];
  readonly #verdicts: Map<string, Verdict[]>;

  constructor(verdicts: Readonly<Record<string, Verdict[]>> = {}) {
    this.#verdicts = new Map(Object.entries(verdicts));
  }

  readonly run = (options: RunOptions): Promise<RunResult> => {
    this.runs.push(options);
    const cases = options.cases.map((testCase) => {
      const verdict = this.#verdicts.get(testCase.id)?.shift() ?? "pass";
      const problem = "nothing like it came";
      const performed =
        verdict === "pass"
          ? { verdict }
          : { verdict, failure: { kind: "missing", requirements: [], problem } as const };
      const stalledMs = verdict === "inconclusive" ? 1_500 : 0;
      return caseResult(testCase, performed, { ...NOTHING_SEEN, stalledMs }, options);
    });
    return Promise.resolve({
      tier: "driven",
      target: "scripted",
      seed: options.seed,
      suiteVersion: "0",
      startedAt: "2026-01-01T00:00:00Z",
      durationMs: 1,
      cases,
      staleKnownFailing: [],
    });
  };
}

function options(over: Partial<RunOptions> = {}): RunOptions {
  return { cases: CASES, contract, seed: 7, hangMs: 1, repeat: (id) => id, ...over };
}

const ONCE = { rounds: 1, shuffle: false };

describe("rounds", () => {
  it("each has the next seed, so that any of them can be repeated by itself", () => {
    const rounds = roundsOf(CASES, 2 ** 32 - 1, { rounds: 3, shuffle: false });
    expect(rounds.map((each) => each.seed)).toEqual([2 ** 32 - 1, 0, 1]);
  });

  it("a seed draws one order, which other cases do not change", () => {
    const order = shuffled(CASES, 7).map((each) => each.id);
    expect(shuffled([...CASES].reverse(), 7).map((each) => each.id)).toEqual(order);
    expect(shuffled(CASES, 8).map((each) => each.id)).not.toEqual(order);
    const fewer = shuffled(CASES.slice(1), 7).map((each) => each.id);
    expect(fewer).toEqual(order.filter((id) => id !== CASES[0]?.id));
  });

  it("are numbered in the results where there are several", async () => {
    const tier = new Scripted();
    const run = await judge(options(), { rounds: 2, shuffle: true }, tier.run);
    expect(run.cases.map((each) => each.round)).toEqual([
      ...CASES.map(() => 1),
      ...CASES.map(() => 2),
    ]);
    expect(run.seed).toBe(7);
    expect((await judge(options(), ONCE, new Scripted().run)).cases[0]?.round).toBeUndefined();
  });
});

describe("a case in which the runner stood still", () => {
  it("runs again alone, and what it was at first is said", async () => {
    const tier = new Scripted({ "stream/b": ["inconclusive"] });
    const run = await judge(options({ jobs: 4 }), ONCE, tier.run);
    expect(tier.runs.map((each) => [each.cases.length, each.jobs])).toEqual([
      [6, 4],
      [1, 1],
    ]);
    expect(tier.runs[1]?.seed).toBe(7);
    expect(run.cases[1]).toMatchObject({
      verdict: "pass",
      first: { stalledMs: 1_500, problem: "nothing like it came" },
    });
    expect(summaryText(run, 0)).toContain(
      "run again alone: stream/b, now pass; at first the runner stood still for 1500 ms",
    );
    expect(exitCode(run)).toBe(0);
  });

  it("runs again once only: what is then inconclusive stays so, exit 3", async () => {
    const tier = new Scripted({ "stream/b": ["inconclusive", "inconclusive"] });
    const run = await judge(options(), ONCE, tier.run);
    expect(tier.runs).toHaveLength(2);
    expect(run.cases[1]?.verdict).toBe("inconclusive");
    expect(exitCode(run)).toBe(3);
  });

  it("fails for good where the second attempt fails", async () => {
    const tier = new Scripted({ "stream/b": ["inconclusive", "fail"] });
    expect(exitCode(await judge(options(), ONCE, tier.run))).toBe(1);
  });
});

describe("an interrupt", () => {
  it("leaves what was done, says so, and is incomplete", async () => {
    const stop = new AbortController();
    const tier = new Scripted();
    const run = await judge(
      options({ signal: stop.signal }),
      { rounds: 3, shuffle: false },
      (given) => {
        stop.abort();
        return tier.run(given);
      },
    );
    expect(run.cases).toHaveLength(6);
    expect(run.endedEarly).toBe("interrupted");
    expect(exitCode(run)).toBe(3);
  });

  it("does not hide a violation that was seen before", async () => {
    const stop = new AbortController();
    const tier = new Scripted({ "stream/b": ["fail"] });
    const run = await judge(options({ signal: stop.signal }), ONCE, (given) => {
      stop.abort();
      return tier.run(given);
    });
    expect(exitCode(run)).toBe(1);
  });
});

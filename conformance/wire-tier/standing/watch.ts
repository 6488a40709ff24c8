// Holds every standing rule over a whole run and makes a result of each.

import type { Case } from "../../cases/case.js";
import type { Contract } from "../../contract.js";
import type { Broken } from "../../monitors/monitor.js";
import type { RunOptions } from "../../runner/options.js";
import { caseResult, notRun, NOTHING_SEEN } from "../../runner/result.js";
import type { CaseResult } from "../../runner/verdict.js";
import type { Entry } from "../../transcript.js";
import { shownEntry } from "../secrets.js";
import { RULES } from "./rules.js";
import type { Rule } from "./rule.js";

/** Entries before a breach that a report shows. */
const SHOWN = 24;

interface Watched {
  readonly testCase: Case;
  readonly rule: Rule;
  breach?: { readonly broken: Broken; readonly before: readonly Entry[] };
}

export class StandingWatch {
  readonly #startedAt = performance.now();
  readonly #watched: readonly Watched[];
  #recent: Entry[] = [];
  #count = 0;

  constructor(
    cases: readonly Case[],
    contract: Contract,
    private readonly onBreach: (testCase: Case, broken: Broken) => void,
  ) {
    this.#watched = cases.flatMap((testCase) =>
      testCase.standing === undefined
        ? []
        : [{ testCase, rule: RULES[testCase.standing](contract) }],
    );
  }

  /** `turn` sets the connections of one case apart from those of others. */
  look(entry: Entry, turn: string, during?: Case): void {
    const atMs = performance.now() - this.#startedAt;
    const { on, ...rest } = entry;
    const named: Entry = {
      ...rest,
      index: this.#count,
      atMs: Math.round(atMs * 10) / 10,
      ...(on === undefined ? {} : { on: connectionOf(turn, on) }),
    };
    this.#count += 1;
    this.#recent.push(shownEntry(named));
    if (this.#recent.length > SHOWN) this.#recent = this.#recent.slice(-SHOWN);
    for (const watched of this.#watched) {
      const { rule, testCase } = watched;
      if (rule.monitor !== undefined && during?.unwatched.includes(rule.monitor)) continue;
      const broken = rule.look(named, atMs, during);
      if (!broken || watched.breach) continue;
      watched.breach = { broken, before: this.#recent };
      this.onBreach(testCase, broken);
    }
  }

  fresh(): void {
    for (const { rule } of this.#watched) rule.fresh?.();
  }

  owes(turn: string, on: string): boolean {
    return this.#watched.some(({ rule }) => rule.owes?.(connectionOf(turn, on)) ?? false);
  }

  results(options: RunOptions): readonly CaseResult[] {
    return this.#watched.map((watched) => this.#result(watched, options));
  }

  #result({ testCase, rule, breach }: Watched, options: RunOptions): CaseResult {
    const seen = { ...NOTHING_SEEN, durationMs: performance.now() - this.#startedAt };
    const failed = (broken: Broken, transcript: readonly Entry[]): CaseResult =>
      caseResult(
        testCase,
        {
          verdict: testCase.level === "SHOULD" ? "warn" : "fail",
          failure: { kind: "monitor", monitor: testCase.standing ?? "?", ...broken },
        },
        { ...seen, transcript },
        options,
      );
    if (breach) return failed(breach.broken, breach.before);
    const conclusion = rule.conclude();
    switch (conclusion.kind) {
      case "held":
        return caseResult(testCase, { verdict: "pass" }, seen, options);
      case "broken":
        return failed(conclusion.broken, []);
      case "unseen":
        return notRun(testCase, "n/a", conclusion.why, options);
    }
  }
}

function connectionOf(turn: string, on: string): string {
  return `${turn} ${on}`;
}

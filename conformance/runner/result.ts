// Builds the result of one case, whatever its tier.

import type { Case } from "../cases/case.js";
import type { Entry } from "../transcript.js";
import { CANARY_STALL_LIMIT_MS, STALL_LIMIT_MS, type RunOptions } from "./options.js";
import { stepText, type Performed } from "./perform.js";
import type { Assertion, CaseResult, Verdict } from "./verdict.js";

export interface Seen {
  readonly transcript: readonly Entry[];
  readonly assertions: readonly Assertion[];
  readonly stderr: string;
  readonly durationMs: number;
  readonly stalledMs: number;
  readonly seed: number;
}

export const NOTHING_SEEN: Seen = {
  transcript: [],
  assertions: [],
  stderr: "",
  durationMs: 0,
  stalledMs: 0,
  seed: 0,
};

const TIMED = new Set(["missing", "too_early", "precondition", "canary"]);

/** A failure that the runner's own sleep may have caused is no verdict on the testee. */
function weighed({ verdict, failure }: Performed, stalledMs: number): Verdict {
  const timed = failure && (TIMED.has(failure.kind) || failure.fault === "hang");
  const limitMs = failure?.kind === "canary" ? CANARY_STALL_LIMIT_MS : STALL_LIMIT_MS;
  return timed === true && stalledMs > limitMs && verdict !== "error" ? "inconclusive" : verdict;
}

export function caseResult(
  testCase: Case,
  performed: Performed,
  seen: Seen,
  options: RunOptions,
): CaseResult {
  return {
    id: testCase.id,
    title: testCase.title,
    role: testCase.role,
    tier: testCase.tier,
    level: testCase.level,
    requirements: testCase.requirements,
    verdict: weighed(performed, seen.stalledMs),
    durationMs: Math.round(seen.durationMs),
    seed: seen.seed,
    stalledMs: seen.stalledMs,
    assertions: seen.assertions,
    ...(performed.failure ? { failure: performed.failure } : {}),
    steps: testCase.steps.map(stepText),
    transcript: seen.transcript,
    stderr: seen.stderr,
    command: options.repeat(testCase.id, options.seed),
  };
}

/** The result of a case that never began. */
export function notRun(
  testCase: Case,
  verdict: "n/a" | "untestable",
  problem: string,
  options: RunOptions,
): CaseResult {
  const kind = verdict === "n/a" ? "capability" : "precondition";
  const failure = { kind, requirements: testCase.requirements, problem } as const;
  return caseResult(testCase, { verdict, failure }, NOTHING_SEEN, options);
}

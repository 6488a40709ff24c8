// The trace of one case: a first line that says what it is and how to repeat it, then every entry of its
// transcript, one JSON object a line. Traces of simulated worlds begin with the same member.

import type { CaseResult, RunResult } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";

export interface CaseTraceHead {
  readonly latidoTrace: 1;
  /** The run, as far as a repetition needs it. */
  readonly conformance: Pick<RunResult, "tier" | "target" | "seed" | "suiteVersion" | "invocation">;
  readonly case: Omit<CaseResult, "transcript">;
}

export interface CaseTrace {
  readonly head: CaseTraceHead;
  readonly entries: readonly Entry[];
}

export function caseTrace(run: RunResult, result: CaseResult): string {
  const { tier, target, seed, suiteVersion, invocation } = run;
  const { transcript, ...rest } = result;
  const head: CaseTraceHead = {
    latidoTrace: 1,
    conformance: {
      tier,
      target,
      seed,
      suiteVersion,
      ...(invocation === undefined ? {} : { invocation }),
    },
    case: rest,
  };
  return [head, ...transcript].map((each) => `${JSON.stringify(each)}\n`).join("");
}

/** Whether a case ended in a way that somebody will want to look into. */
export function needsTrace({ verdict }: Pick<CaseResult, "verdict">): boolean {
  return verdict !== "pass" && verdict !== "n/a";
}

/** A file name for each case that needs a trace; a repeated case gets a number. */
export function traceNames(results: readonly CaseResult[]): ReadonlyMap<CaseResult, string> {
  const used = new Map<string, number>();
  return new Map(
    results.filter(needsTrace).map((each) => {
      const name = each.id.replaceAll(/[^\w.-]+/gu, ".");
      const times = (used.get(name) ?? 0) + 1;
      used.set(name, times);
      return [each, `${name}${times === 1 ? "" : `-${times}`}.jsonl`];
    }),
  );
}

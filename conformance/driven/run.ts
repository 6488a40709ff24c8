// Runs the driven tier: one testee process, or several that share the cases; one scripted server a case.

import { packageVersion } from "../package-root.js";
import { InOrder } from "../runner/in-order.js";
import { notRun } from "../runner/result.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { DrivenBench, type DrivenOptions } from "./bench.js";

/** What the benches of one run share. */
interface Shared {
  next: number;
  stopped: boolean;
  endedEarly: string | undefined;
  readonly results: InOrder<CaseResult>;
}

/** Takes cases until none is left. */
async function work(bench: DrivenBench, shared: Shared, options: DrivenOptions): Promise<void> {
  for (;;) {
    const index = shared.next;
    const testCase = options.cases[index];
    if (!testCase || shared.stopped) return;
    shared.next += 1;
    options.onStart?.(testCase, index);
    const result = shared.endedEarly === undefined ? await bench.judge(testCase) : undefined;
    if (options.signal?.aborted === true) return;
    if (result) {
      shared.results.put(index, result);
      shared.stopped ||= options.stopWhen?.(result) === true;
      continue;
    }
    shared.endedEarly ??= bench.givenUp ?? "the testee is gone";
    // Where no testee ever greeted there is nothing to say about any case.
    if (bench.hello === undefined && shared.results.size === 0) return;
    const problem = `the run had ended: ${shared.endedEarly}`;
    shared.results.put(index, notRun(testCase, "untestable", problem, options));
  }
}

/** Runs all cases. Throws TesteeUnreachable when the testee cannot be started at all. */
export async function runDriven(options: DrivenOptions): Promise<RunResult> {
  const startedAt = new Date();
  const { jobs = 1, onResult } = options;
  const shared: Shared = {
    next: 0,
    stopped: false,
    endedEarly: undefined,
    results: new InOrder((result) => onResult?.(result)),
  };
  const benches = Array.from({ length: Math.max(1, jobs) }, () => new DrivenBench(options));
  try {
    await Promise.all(benches.map((bench) => work(bench, shared, options)));
  } finally {
    await Promise.all(benches.map((bench) => bench.end()));
  }
  const hello = benches.find((bench) => bench.hello)?.hello;
  const notes = new Set(benches.flatMap((bench) => bench.notes));
  const cases = shared.results.values().map((result) => {
    const settled = benches.reduce((kept, bench) => bench.settled(kept), result);
    if (settled !== result) onResult?.(settled);
    return settled;
  });
  const { endedEarly } = shared;
  return {
    tier: "driven",
    target: options.target,
    seed: options.seed,
    ...(hello ? { testee: hello } : {}),
    suiteVersion: packageVersion(),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    cases,
    staleKnownFailing: [],
    ...(notes.size === 0 ? {} : { notes: [...notes] }),
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}

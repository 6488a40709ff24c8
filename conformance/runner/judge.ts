// A run of any tier as a person asked for it: its rounds, what is run again alone, what an interrupt leaves.

import { roundsOf, type Plan } from "./plan.js";
import type { RunOptions } from "./options.js";
import type { CaseResult, RunResult } from "./verdict.js";

/** Runs the cases that it is given, once each. */
export type RunOnce = (options: RunOptions) => Promise<RunResult>;

/**
 * The runner stood still while this case waited: it runs once more, alone, and that verdict counts. What
 * it came to at first stays on the result, so that nothing turns green in silence.
 */
async function again(
  result: CaseResult,
  seed: number,
  options: RunOptions,
  run: RunOnce,
): Promise<CaseResult> {
  const cases = options.cases.filter((each) => each.id === result.id).slice(0, 1);
  const { cases: second } = await run({ ...options, cases, seed, jobs: 1 });
  const [repeated] = second;
  if (!repeated) return result;
  const { stalledMs, failure } = result;
  return { ...repeated, first: { stalledMs, problem: failure?.problem ?? "" } };
}

async function settled(
  done: RunResult,
  seed: number,
  options: RunOptions,
  run: RunOnce,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const result of done.cases) {
    const repeats = result.verdict === "inconclusive" && options.signal?.aborted !== true;
    results.push(repeats ? await again(result, seed, options, run) : result);
  }
  return results;
}

/** Performs a plan with the runner of a tier. */
export async function judge(options: RunOptions, plan: Plan, run: RunOnce): Promise<RunResult> {
  const runs: RunResult[] = [];
  const results: CaseResult[] = [];
  const state = { stopped: false };
  for (const [index, { seed, cases }] of roundsOf(options.cases, options.seed, plan).entries()) {
    if (state.stopped || options.signal?.aborted === true) break;
    const given: RunOptions = {
      ...options,
      seed,
      cases,
      onStart: (testCase, at) => options.onStart?.(testCase, index * cases.length + at),
      stopWhen: (result) => {
        state.stopped ||= options.stopWhen?.(result) === true;
        return state.stopped || options.signal?.aborted === true;
      },
    };
    const done = await run(given);
    runs.push(done);
    const round = plan.rounds > 1 ? { round: index + 1 } : {};
    results.push(...(await settled(done, seed, given, run)).map((each) => ({ ...each, ...round })));
    if (done.endedEarly !== undefined) break;
  }
  return merged(runs, results, options, plan);
}

function merged(
  runs: readonly RunResult[],
  cases: readonly CaseResult[],
  options: RunOptions,
  plan: Plan,
): RunResult {
  const [first] = runs;
  if (!first) throw new Error("a plan has at least one round");
  const notes = new Set(runs.flatMap((each) => each.notes ?? []));
  const interrupted = options.signal?.aborted === true ? "interrupted" : undefined;
  const endedEarly = interrupted ?? runs.find((each) => each.endedEarly)?.endedEarly;
  return {
    ...first,
    durationMs: runs.reduce((sum, each) => sum + each.durationMs, 0),
    cases,
    ...(plan.shuffle ? { shuffled: true } : {}),
    ...(notes.size === 0 ? {} : { notes: [...notes] }),
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}

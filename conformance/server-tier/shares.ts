// Several servers at a time, each with a share of the cases. One server takes its cases one after the
// other: what a case does to it (limits, drains, restarts) would disturb another beside it.

import type { CaseResult, RunResult } from "../runner/verdict.js";
import { InOrder } from "../runner/in-order.js";
import { UsageError } from "../usage-error.js";
import { runServer, type ServerOptions } from "./run.js";
import { leftOut } from "./subject.js";

/** Runs the server tier, with `jobs` servers where the suite starts them. */
export async function runServers(options: ServerOptions): Promise<RunResult> {
  const { jobs = 1, subject, cases, onStart, onResult } = options;
  if (jobs === 1) return await runServer(options);
  if (subject.kind === "address") {
    throw new UsageError(
      "--jobs needs a server that the suite starts itself; one server at an address takes its cases one after the other",
    );
  }
  const told = new InOrder<CaseResult>((result) => onResult?.(result));
  const indexOf = new Map(cases.map((each, index) => [each.id, index]));
  const state = { stopped: false, started: 0 };
  const shares = Array.from({ length: jobs }, (_, job) =>
    cases.filter((_each, index) => index % jobs === job),
  );
  const runs = await Promise.all(
    shares
      .filter((share) => share.length > 0)
      .map((share) =>
        runServer({
          ...options,
          cases: share,
          onStart: (testCase) => onStart?.(testCase, state.started++),
          onResult: (result) => {
            told.put(indexOf.get(result.id) ?? 0, result);
          },
          stopWhen: (result) => {
            state.stopped ||= options.stopWhen?.(result) === true;
            return state.stopped;
          },
        }),
      ),
  );
  return merged(runs, told.values(), options);
}

function merged(
  runs: readonly RunResult[],
  cases: readonly CaseResult[],
  options: ServerOptions,
): RunResult {
  const [first] = runs;
  if (!first) throw new Error("a run has at least one share");
  const profiles = [...new Set(runs.flatMap((each) => each.profiles ?? []))];
  const { tier, target, seed, suiteVersion, startedAt } = first;
  const endedEarly = runs.find((each) => each.endedEarly !== undefined)?.endedEarly;
  return {
    ...{ tier, target, seed, suiteVersion, startedAt },
    durationMs: Math.max(...runs.map((each) => each.durationMs)),
    cases,
    staleKnownFailing: [],
    profiles,
    ...leftOut(options.cases, options.subject, profiles),
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}

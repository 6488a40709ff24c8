// Runs the server tier: scripted clients against one server, with a canary beside every case.

import type { Case } from "../cases/case.js";
import { packageVersion } from "../package-root.js";
import { perform, type Performed } from "../runner/perform.js";
import { caseResult, notRun } from "../runner/result.js";
import type { RunOptions } from "../runner/options.js";
import { StallMeter } from "../runner/stall.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { caseSeed, randomSeed } from "../seeded.js";
import { Canary } from "./canary.js";
import { ServerStage } from "./stage.js";
import type { ServerTarget } from "./target.js";

export interface ServerOptions extends RunOptions {
  readonly target: ServerTarget;
  readonly stderr?: () => string;
}

/** What the suite was given to work with, in the place of a testee's capabilities. */
function capabilities(target: ServerTarget): readonly string[] {
  return [
    ...(target.publish === undefined ? [] : ["publish"]),
    ...(target.apiKey === undefined ? [] : ["api-key"]),
  ];
}

async function runCase(
  testCase: Case,
  canary: Canary,
  nonce: string,
  options: ServerOptions,
): Promise<CaseResult> {
  const seed = caseSeed(options.seed, testCase.id);
  const meter = new StallMeter();
  const startedAt = performance.now();
  const { contract, target, hangMs } = options;
  const scripted = new ServerStage(testCase, contract, target, { seed, hangMs, nonce });
  let performed: Performed = await perform(scripted.stage, scripted.steps);
  await scripted.stage.finishPeers();
  const problem = await canary.problem();
  if (problem !== undefined && performed.verdict === "pass") {
    const failure = { kind: "canary", requirements: ["ERR-10"], problem } as const;
    performed = { verdict: "fail", failure };
  }
  return caseResult(
    testCase,
    performed,
    {
      transcript: scripted.stage.transcript.entries,
      assertions: scripted.stage.assertions,
      stderr: options.stderr?.() ?? "",
      durationMs: performance.now() - startedAt,
      stalledMs: meter.stop(),
      seed,
    },
    options,
  );
}

/** Runs all cases in order. Throws ServerUnreachable when no connection can be made at all. */
export async function runServer(options: ServerOptions): Promise<RunResult> {
  const startedAt = new Date();
  // Users of one run are strangers to those of another, whatever the seed.
  const nonce = randomSeed().toString(36);
  const canary = new Canary(options.target, nonce, options.hangMs);
  await canary.ready();
  const has = capabilities(options.target);
  const results: CaseResult[] = [];
  let endedEarly: string | undefined;
  for (const [index, testCase] of options.cases.entries()) {
    options.onStart?.(testCase, index);
    const lacking = testCase.needs.find((need) => !has.includes(need));
    let result: CaseResult;
    if (lacking !== undefined) {
      result = notRun(testCase, "n/a", `it needs --${lacking}`, options);
    } else if (endedEarly !== undefined) {
      result = notRun(testCase, "untestable", endedEarly, options);
    } else {
      result = await runCase(testCase, canary, `${nonce}-${index}`, options);
      endedEarly = await revived(canary);
    }
    results.push(result);
    options.onResult?.(result);
    if (options.stopWhen?.(result) === true) break;
  }
  await canary.end();
  return {
    tier: "server",
    target: options.target.url,
    seed: options.seed,
    suiteVersion: packageVersion(),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    cases: results,
    staleKnownFailing: [],
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}

/** A canary for the next case, or why there can be none. */
async function revived(canary: Canary): Promise<string | undefined> {
  try {
    await canary.ready();
    return undefined;
  } catch (error) {
    return `the server is gone: ${error instanceof Error ? error.message : String(error)}`;
  }
}

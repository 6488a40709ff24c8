// Runs the driven tier: one testee process, one scripted server a case.

import { ScriptedServer } from "../adversary/scripted-server.js";
import type { Case } from "../cases/case.js";
import type { TesteeAddress } from "../driver/channel.js";
import { TesteeKeeper } from "../driver/keeper.js";
import type { Testee } from "../driver/process.js";
import { packageVersion } from "../package-root.js";
import { perform, type Performed } from "../runner/perform.js";
import { caseResult, notRun } from "../runner/result.js";
import type { RunOptions } from "../runner/options.js";
import { StallMeter } from "../runner/stall.js";
import { CaseEnd, type CaseResult, type RunResult } from "../runner/verdict.js";
import { caseSeed } from "../seeded.js";
import { DrivenStage } from "./stage.js";

export interface DrivenOptions extends RunOptions {
  readonly testee: TesteeAddress;
  /** What was asked to be judged, for the report. */
  readonly target: string;
}

/** Ends the case at the testee. Its failure counts only where the case had none. */
async function closed(
  driven: DrivenStage,
  testee: Testee,
  performed: Performed,
): Promise<Performed> {
  if (testee.fault) return performed;
  try {
    await driven.command("case.end");
    return performed;
  } catch (error) {
    if (performed.verdict !== "pass" || !(error instanceof CaseEnd)) return performed;
    return { verdict: error.verdict, failure: error.failure };
  }
}

async function runCase(
  testCase: Case,
  testee: Testee,
  server: ScriptedServer,
  options: DrivenOptions,
): Promise<CaseResult> {
  const seed = caseSeed(options.seed, testCase.id);
  const driven = new DrivenStage(testCase, options.contract, testee, server, {
    seed,
    hangMs: options.hangMs,
    userId: `user-${seed}`,
  });
  testee.forgetStderr();
  const meter = new StallMeter();
  const startedAt = performance.now();
  let performed: Performed;
  try {
    await driven.command("case.begin", { case: testCase.id, seed, clock: testCase.clock });
    performed = await perform(driven.stage, driven.steps);
  } catch (error) {
    if (!(error instanceof CaseEnd)) throw error;
    performed = { verdict: error.verdict, failure: error.failure };
  }
  performed = await closed(driven, testee, performed);
  await driven.stage.finishPeers();
  return caseResult(
    testCase,
    performed,
    {
      transcript: driven.stage.transcript.entries,
      assertions: driven.stage.assertions,
      stderr: testee.stderr,
      durationMs: performance.now() - startedAt,
      stalledMs: meter.stop(),
      seed,
    },
    options,
  );
}

/** A dial after case.end: whatever the case proved, the client had not stopped. */
function lateDial(result: CaseResult): CaseResult {
  if (result.verdict !== "pass") return result;
  return {
    ...result,
    verdict: "fail",
    failure: {
      kind: "forbidden",
      requirements: ["LIB-12"],
      problem: "the client dialled after its case had ended",
      expected: "no connection attempt after case.end",
      actual: "a connection attempt",
    },
  };
}

/** Runs all cases in order. Throws TesteeUnreachable when the testee cannot be started at all. */
export async function runDriven(options: DrivenOptions): Promise<RunResult> {
  const startedAt = new Date();
  const keeper = new TesteeKeeper(options.testee, options.hangMs);
  const servers: ScriptedServer[] = [];
  const late = new Set<string>();
  const results: CaseResult[] = [];
  let hello: Testee["hello"] | undefined;
  let endedEarly: string | undefined;
  const add = (result: CaseResult): void => {
    results.push(result);
    options.onResult?.(result);
  };
  try {
    for (const [index, testCase] of options.cases.entries()) {
      options.onStart?.(testCase, index);
      const testee = await keeper.living();
      if (!testee) {
        endedEarly = keeper.givenUp;
        if (hello === undefined) break;
        add(notRun(testCase, "untestable", `the run had ended: ${endedEarly ?? "?"}`, options));
        continue;
      }
      hello = testee.hello;
      const lacking = testCase.needs.find((need) => !testee.has(need));
      if (lacking !== undefined) {
        add(notRun(testCase, "n/a", `it needs the capability ${lacking}`, options));
        continue;
      }
      const server = await ScriptedServer.listen();
      servers.push(server);
      const result = await runCase(testCase, testee, server, options);
      server.onDial((dial) => {
        late.add(testCase.id);
        dial.refuse(503);
      });
      add(result);
      await keeper.caseEnded();
      if (options.stopWhen?.(result) === true) break;
    }
  } finally {
    await keeper.end();
    await Promise.all(
      servers.map(async (server) => {
        await server.close();
      }),
    );
  }
  return {
    tier: "driven",
    target: options.target,
    seed: options.seed,
    ...(hello ? { testee: hello } : {}),
    suiteVersion: packageVersion(),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    cases: results.map((each) => (late.has(each.id) ? lateDial(each) : each)),
    staleKnownFailing: [],
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}

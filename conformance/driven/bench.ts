// One testee at work: judges one case after another, and goes on with a fresh process after each case
// that went wrong.

import { ScriptedServer } from "../adversary/scripted-server.js";
import type { Case } from "../cases/case.js";
import type { TesteeAddress } from "../driver/channel.js";
import { TesteeKeeper } from "../driver/keeper.js";
import { DriverFault, type Testee } from "../driver/process.js";
import type { CommandName, Hello } from "../driver/protocol.js";
import { interruptible } from "../runner/interruptible.js";
import type { RunOptions } from "../runner/options.js";
import { perform, type Performed } from "../runner/perform.js";
import { caseResult, notRun, NOTHING_SEEN } from "../runner/result.js";
import { StallMeter } from "../runner/stall.js";
import { CaseEnd, type CaseResult, type Failure } from "../runner/verdict.js";
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
    if (performed.verdict === "pass") await driven.landed();
    await driven.command("case.end");
    return performed;
  } catch (error) {
    if (performed.verdict !== "pass" || !(error instanceof CaseEnd)) return performed;
    return { verdict: error.verdict, failure: error.failure };
  }
}

const LATE_DIAL: Failure = {
  kind: "forbidden",
  requirements: ["LIB-12"],
  problem: "the client dialled after its case had ended",
  expected: "no connection attempt after case.end",
  actual: "a connection attempt",
};

/** What came of a case when it was over. */
interface Late {
  failure: Failure | undefined;
}

export class DrivenBench {
  hello: Hello | undefined;
  readonly #keeper: TesteeKeeper;
  readonly #servers: ScriptedServer[] = [];
  readonly #late = new Map<CaseResult, Late>();
  /** The process of the last case. */
  #previous: Testee | undefined;

  constructor(private readonly options: DrivenOptions) {
    this.#keeper = new TesteeKeeper(options.testee, options.hangMs, options.signal);
  }

  /** Why no case can run any more. */
  get givenUp(): string | undefined {
    return this.#keeper.givenUp;
  }

  get notes(): readonly string[] {
    return this.#keeper.notes;
  }

  /**
   * Judges one case; undefined when the testee has been given up.
   * @throws TesteeUnreachable when the testee cannot be started at all.
   */
  async judge(testCase: Case): Promise<CaseResult | undefined> {
    const { options } = this;
    for (;;) {
      const testee = await this.#keeper.living();
      if (!testee) return undefined;
      if (testee instanceof DriverFault) {
        return this.#notBegun(testCase, testee, "a new process did not greet");
      }
      this.hello = testee.hello;
      const lacking = testCase.needs.find((need) => !testee.has(need));
      if (lacking !== undefined) {
        return notRun(testCase, "n/a", `it needs the capability ${lacking}`, options);
      }
      const fault = await this.#begin(testCase, testee);
      if (!fault) return await this.#take(testCase, testee);
      await this.#keeper.caseEnded();
      // An old process dies of its last case; a fresh one has only this case to die of.
      if (this.#previous !== testee) return this.#notBegun(testCase, fault, "case.begin failed");
    }
  }

  /** Until the reply to case.begin whatever comes belongs to the case before. */
  async #begin(testCase: Case, testee: Testee): Promise<DriverFault | undefined> {
    const seed = caseSeed(this.options.seed, testCase.id);
    testee.forgetStderr();
    try {
      await testee.command("case.begin", { case: testCase.id, seed, clock: testCase.clock });
      return undefined;
    } catch (error) {
      if (error instanceof DriverFault) return error;
      throw error;
    }
  }

  async #take(testCase: Case, testee: Testee): Promise<CaseResult> {
    const server = await ScriptedServer.listen();
    this.#servers.push(server);
    const result = await this.#perform(testCase, testee, server);
    this.#previous = testee;
    const spoilt = result.verdict !== "pass" && this.options.testee.kind === "command";
    if (spoilt) await this.#keeper.discard();
    else await this.#keeper.caseEnded();
    return result;
  }

  /** A result as it stands at the end: what the client did after its case ended counts against the case. */
  settled(result: CaseResult): CaseResult {
    const failure = this.#late.get(result)?.failure;
    return failure && result.verdict === "pass" ? { ...result, verdict: "fail", failure } : result;
  }

  async end(): Promise<void> {
    await this.#keeper.end();
    await Promise.all(
      this.#servers.map(async (server) => {
        await server.close();
      }),
    );
  }

  async #perform(testCase: Case, testee: Testee, server: ScriptedServer): Promise<CaseResult> {
    const { options } = this;
    const seed = caseSeed(options.seed, testCase.id);
    const driven = new DrivenStage(testCase, options.contract, testee, server, {
      seed,
      hangMs: options.hangMs,
      userId: `user-${seed}`,
    });
    const forget = interruptible(driven.stage, options.signal);
    const meter = new StallMeter();
    const startedAt = performance.now();
    driven.noteBegin();
    let performed = await perform(driven.stage, driven.steps);
    const late = this.#watchLate(testCase, testee, server);
    performed = await closed(driven, testee, performed);
    await driven.stage.finishPeers();
    forget();
    const result = caseResult(
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
    this.#late.set(result, late);
    return result;
  }

  /** From the reply to case.end on the client may neither dial nor report anything of the case. */
  #watchLate(testCase: Case, testee: Testee, server: ScriptedServer): Late {
    const late: Late = { failure: undefined };
    const { requirements } = testCase;
    const blame = (fault: DriverFault["kind"], problem: string): void => {
      late.failure ??= { kind: "driver", fault, requirements, problem };
    };
    const { listener } = testee;
    if (!listener) return late;
    const onReply = (cmd: CommandName): void => {
      if (cmd !== "case.end") return;
      server.onDial((dial) => {
        late.failure ??= LATE_DIAL;
        dial.refuse(503);
      });
      testee.listener = {
        onEvent: ({ event }) => {
          blame("late_report", `the adapter reported "${event}" after it had answered case.end`);
        },
        onFault: ({ kind, message }) => {
          blame(kind, `after case.end: ${message}`);
        },
      };
    };
    testee.listener = { ...listener, onReply };
    return late;
  }

  #notBegun(testCase: Case, fault: DriverFault, what: string): CaseResult {
    const failure = {
      kind: "driver",
      fault: fault.kind,
      requirements: testCase.requirements,
      problem: `${what}: ${fault.message}`,
    } as const;
    return caseResult(testCase, { verdict: "fail", failure }, NOTHING_SEEN, this.options);
  }
}

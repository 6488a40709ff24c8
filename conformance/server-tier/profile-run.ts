// The cases of one profile before one server, one after the other, each beside the canary.

import type { Case } from "../cases/case.js";
import { effectiveSettings } from "../profiles/effective.js";
import type { Profile } from "../profiles/profile.js";
import { interruptible } from "../runner/interruptible.js";
import { perform, type Performed } from "../runner/perform.js";
import { caseResult, notRun } from "../runner/result.js";
import type { RunOptions } from "../runner/options.js";
import { StallMeter } from "../runner/stall.js";
import type { CaseResult } from "../runner/verdict.js";
import { caseSeed } from "../seeded.js";
import { Canary } from "./canary.js";
import { DEATH_MS, type HeldServer } from "./held.js";
import { outsideAddress } from "./outside.js";
import { Secrets } from "./secrets.js";
import { ServerStage } from "./stage.js";
import { exitText, type Exit } from "./target.js";
import { NoCanary, ServerUnreachable } from "./unreachable.js";

const MOST_DEATHS = 3;

const LACKING: Readonly<Record<string, string>> = {
  token: "--token-secret or --token-command",
  outside:
    "a server that the suite starts itself, on a machine with an address other than loopback",
  process: "a server that the suite starts itself, by a command after --",
};

/** AUTH-20: a case that passed, unless the server gave one of its tokens away. */
function withoutLeaks(
  performed: Performed,
  secrets: Secrets,
  { stage }: ServerStage,
  stderr: string,
): Performed {
  const where = secrets.leak(stage.transcript.entries, stderr);
  if (performed.verdict !== "pass" || where === undefined) return performed;
  const problem = `the server gave a token away ${where}`;
  const failure = { kind: "monitor", monitor: "no_secrets", requirements: ["AUTH-20"] } as const;
  return { verdict: "fail", failure: { ...failure, problem } };
}

/** The result of a case that the server did not survive. */
function lost(result: CaseResult, fault: "crash" | "hang", problem: string): CaseResult {
  const { requirements } = result.failure ?? result;
  const failure = { ...result.failure, kind: "driver", fault, requirements, problem } as const;
  return { ...result, verdict: "fail", failure };
}

function endedAfter(end: Exit): string {
  return `the server's process ended ${exitText(end)} when the case was over`;
}

export class ProfileRun {
  readonly #canary: Canary;
  /** Cases in a row that the server did not survive. */
  #deaths = 0;
  /** Whether it ended by itself in the present case. */
  #died = false;
  #endedEarly: string | undefined;

  constructor(
    private readonly server: HeldServer,
    private readonly profile: Profile,
    private readonly nonce: string,
    private readonly options: RunOptions,
  ) {
    this.#canary = new Canary(server, nonce, options.hangMs);
  }

  /**
   * Runs the cases until `add` says that it is enough, and ends the server. Resolves with why the run
   * ended early, if it did. Throws ServerUnreachable where no connection can be made at all.
   */
  async all(
    cases: readonly Case[],
    firstIndex: number,
    add: (result: CaseResult) => boolean,
  ): Promise<string | undefined> {
    try {
      await this.#begun();
      for (const [offset, testCase] of cases.entries()) {
        const index = firstIndex + offset;
        this.options.onStart?.(testCase, index);
        let result = this.#unrunnable(testCase);
        if (result === undefined) {
          result = await this.#case(testCase, `${this.nonce}-${index}`);
          if (this.options.signal?.aborted === true) break;
          result = await this.#revived(result);
        }
        if (add(result)) break;
      }
    } finally {
      await this.#canary.end();
      await this.server.end();
    }
    return this.#endedEarly;
  }

  /** The canary's first connection. Throws ServerUnreachable. */
  async #begun(): Promise<void> {
    try {
      await this.#canary.ready();
    } catch (error) {
      if (error instanceof NoCanary) {
        this.#endedEarly = error.message;
        return;
      }
      // A connection that is refused may be the first sign of a process that dies.
      const end = await this.server.unseenEnd(DEATH_MS);
      if (!end) throw error;
      const problem = `the server was ready, and then its process ended ${exitText(end)}`;
      throw new ServerUnreachable(problem, { cause: error });
    }
  }

  /** What the suite was given to work with, in the place of a testee's capabilities. */
  #has(need: string): boolean {
    const { target, isOwn } = this.server;
    if (need === "publish") return target.publish !== undefined;
    if (need === "token") return target.mint !== undefined;
    if (need === "api-key") return target.apiKey !== undefined;
    if (need === "outside") return isOwn && outsideAddress() !== undefined;
    return need === "process" && isOwn;
  }

  #unrunnable(testCase: Case): CaseResult | undefined {
    const lacking = testCase.needs.find((need) => !this.#has(need));
    if (lacking !== undefined) {
      const problem = `it needs ${LACKING[lacking] ?? `--${lacking}`}`;
      return notRun(testCase, "n/a", problem, this.options);
    }
    if (this.#endedEarly === undefined) return undefined;
    return notRun(testCase, "untestable", this.#endedEarly, this.options);
  }

  async #case(testCase: Case, nonce: string): Promise<CaseResult> {
    const { options, server } = this;
    const { contract, hangMs } = options;
    const seed = caseSeed(options.seed, testCase.id);
    const meter = new StallMeter();
    const startedAt = performance.now();
    const setting = effectiveSettings(this.profile, contract);
    const secrets = new Secrets();
    secrets.addKey(server.target.apiKey);
    secrets.addKey(this.profile.settings.auth.secret);
    const given = { seed, hangMs, nonce, setting, secrets };
    const scripted = new ServerStage(testCase, contract, server, given);
    const forget = interruptible(scripted.stage, options.signal);
    let performed = await perform(scripted.stage, scripted.steps);
    forget();
    await scripted.stage.finishPeers();
    if (performed.verdict === "pass" && scripted.serverEnded === undefined) {
      performed = await this.#besideCanary();
    }
    performed = await scripted.blamed(withoutLeaks(performed, secrets, scripted, server.stderr()));
    this.#died = scripted.serverEnded === "by itself";
    // The canary's connection to a process that is gone may not have noticed yet.
    if (scripted.serverEnded !== undefined) await this.#canary.end();
    scripted.end();
    const result = caseResult(
      testCase,
      performed,
      {
        transcript: scripted.stage.transcript.entries,
        assertions: scripted.stage.assertions,
        stderr: server.stderr(),
        durationMs: performance.now() - startedAt,
        stalledMs: meter.stop(),
        seed,
      },
      options,
    );
    return secrets.masked(result);
  }

  /** The case itself passed: whether it left others alone. */
  async #besideCanary(): Promise<Performed> {
    const problem = await this.#canary.problem();
    if (problem === undefined) return { verdict: "pass" };
    return { verdict: "fail", failure: { kind: "canary", requirements: ["ERR-10"], problem } };
  }

  /** Finds a server and a canary for the next case, and says in the result what became of the last ones. */
  async #revived(result: CaseResult): Promise<CaseResult> {
    let judged = result;
    try {
      judged = await this.#survived(result);
      if (this.#deaths === MOST_DEATHS) {
        this.#endedEarly = `the server died or hung in ${MOST_DEATHS} cases in a row`;
        return judged;
      }
      await this.server.revive();
      return await this.#besideNewCanary(judged);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#endedEarly = `the server is gone: ${problem}`;
      return judged;
    }
  }

  /** A canary for the next case. A server that refuses it may be one whose process is just ending. */
  async #besideNewCanary(result: CaseResult): Promise<CaseResult> {
    try {
      await this.#canary.ready();
      return result;
    } catch (error) {
      const end = await this.server.unseenEnd(DEATH_MS);
      if (!end) throw error;
      this.#deaths += 1;
      await this.server.revive();
      await this.#canary.ready();
      return lost(result, "crash", endedAfter(end));
    }
  }

  /** The result, unless the server died at the end of the case or answers nothing any more. */
  async #survived(result: CaseResult): Promise<CaseResult> {
    const isFrozen = result.verdict !== "pass" && !(await this.#canary.answers());
    const end = await this.server.unseenEnd(0);
    const isLost = this.#died || isFrozen || end !== undefined;
    this.#deaths = isLost ? this.#deaths + 1 : 0;
    if (!isFrozen && !end) return result;
    await this.#canary.end();
    if (isFrozen && this.server.isOwn) await this.server.restart("SIGKILL");
    if (end) return lost(result, "crash", endedAfter(end));
    const before = result.failure?.problem ?? "";
    const problem = `the server answers nothing any more, not even a ping; before that: ${before}`;
    return lost(result, "hang", problem);
  }
}

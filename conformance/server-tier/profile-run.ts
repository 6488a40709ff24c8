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
import type { HeldServer } from "./held.js";
import { outsideAddress } from "./outside.js";
import { Secrets } from "./secrets.js";
import { ServerStage } from "./stage.js";

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

export class ProfileRun {
  readonly #canary: Canary;
  #deaths = 0;

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
    let endedEarly: string | undefined;
    try {
      await this.#canary.ready();
      for (const [offset, testCase] of cases.entries()) {
        const index = firstIndex + offset;
        this.options.onStart?.(testCase, index);
        let result = this.#unrunnable(testCase, endedEarly);
        if (result === undefined) {
          result = await this.#case(testCase, `${this.nonce}-${index}`);
          if (this.options.signal?.aborted === true) break;
          endedEarly = await this.#revived();
        }
        if (add(result)) break;
      }
    } finally {
      await this.#canary.end();
      await this.server.end();
    }
    return endedEarly;
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

  #unrunnable(testCase: Case, endedEarly: string | undefined): CaseResult | undefined {
    const lacking = testCase.needs.find((need) => !this.#has(need));
    if (lacking !== undefined) {
      const problem = `it needs ${LACKING[lacking] ?? `--${lacking}`}`;
      return notRun(testCase, "n/a", problem, this.options);
    }
    if (endedEarly === undefined) return undefined;
    return notRun(testCase, "untestable", endedEarly, this.options);
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
    this.#deaths = scripted.serverEnded === "by itself" ? this.#deaths + 1 : 0;
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

  /** A server and a canary for the next case, or why there can be none. */
  async #revived(): Promise<string | undefined> {
    if (this.#deaths === MOST_DEATHS) return `the server died in ${MOST_DEATHS} cases in a row`;
    try {
      await this.server.revive();
      await this.#canary.ready();
      return undefined;
    } catch (error) {
      return `the server is gone: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

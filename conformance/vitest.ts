// The driven tier as tests of one's own suite: one test for each case. vitest belongs to the user; its
// functions are parameters or globals, and nothing of it is imported here.

import { loadCases } from "./cases/load.js";
import type { Case } from "./cases/case.js";
import { loadContract } from "./contract.js";
import { DrivenBench } from "./driven/bench.js";
import type { TesteeAddress } from "./driver/channel.js";
import { failureText } from "./report/text.js";
import { chooseCases } from "./runner/choose.js";
import { DEFAULT_HANG_MS } from "./runner/options.js";
import type { CaseResult } from "./runner/verdict.js";
import { randomSeed } from "./seeded.js";
import { UsageError } from "./usage-error.js";

/** What a test gets; only `skip` is used. */
export interface TestContext {
  readonly skip: (note?: string) => void;
}

/** The part of vitest that is used; the functions of other runners of this shape do as well. */
export interface TestFunctions {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: (context: TestContext) => Promise<void>, ms?: number) => void;
  readonly afterAll: (body: () => Promise<void>, ms?: number) => void;
}

export interface DescribeOptions {
  /** The adapter: a command with its arguments, or how else it is reached. */
  readonly testee: readonly string[] | TesteeAddress;
  /** Patterns of case ids, `*` for anything. By default all of the driven tier. */
  readonly cases?: readonly string[];
  /** Patterns of requirement ids. By default all. */
  readonly requirements?: readonly string[];
  /** Repeats the random choices of an earlier run. */
  readonly seed?: number;
  /** How long to wait for what must come, in milliseconds. Default 5000. */
  readonly hangMs?: number;
  /** Capabilities that the adapter is known to lack: cases that need them are skipped and do not fail. */
  readonly lacking?: readonly string[];
  /** Case id → why it is known to fail. Such a test fails once its case passes. */
  readonly knownFailing?: Readonly<Record<string, string>>;
  readonly title?: string;
  /** vitest's functions, where they are no globals: `import { afterAll, describe, it } from "vitest"`. */
  readonly vitest?: TestFunctions;
}

function globalFunctions(): TestFunctions {
  const { describe, it, afterAll } = globalThis as Partial<TestFunctions>;
  if (describe && it && afterAll) return { describe, it, afterAll };
  throw new UsageError(
    "describeConformance finds no test functions: give vitest: { describe, it, afterAll }, or set globals: true",
  );
}

function addressOf(testee: DescribeOptions["testee"]): TesteeAddress {
  if ("kind" in testee) return testee;
  if (testee.length > 0) return { kind: "command", command: testee, driver: "stdio" };
  throw new UsageError("describeConformance needs the adapter's command in `testee`");
}

/** Longer than any case that does not hang. */
const TEST_LIMIT_MS = 120_000;

/**
 * Describes one test for each chosen case of the driven tier. Cases share the adapter's process, so the
 * tests of one call run one after the other. A capability that the adapter does not declare fails the
 * test, unless `lacking` names it.
 * @throws UsageError where no test functions are found, or a pattern matches no case
 */
export function describeConformance(options: DescribeOptions): void {
  const { describe, it, afterAll } = options.vitest ?? globalFunctions();
  const { lacking = [], knownFailing = {}, title = "Latido conformance" } = options;
  const contract = loadContract();
  const chosen = chooseCases(loadCases(), {
    tier: "driven",
    cases: options.cases ?? [],
    requirements: options.requirements ?? [],
  });
  const seed = options.seed ?? randomSeed();
  const bench = new DrivenBench({
    testee: addressOf(options.testee),
    target: "",
    cases: chosen,
    contract,
    seed,
    hangMs: options.hangMs ?? DEFAULT_HANG_MS,
    repeat: (id) => `describeConformance({ cases: ["${id}"], seed: ${seed}, … })`,
  });
  const passed: CaseResult[] = [];
  const test = async (testCase: Case, context: TestContext): Promise<void> => {
    const lacks = testCase.needs.find((need) => lacking.includes(need));
    if (lacks !== undefined) {
      context.skip(`the adapter lacks ${lacks}`);
      return;
    }
    const result = await bench.judge(testCase);
    if (!result) throw new Error(bench.givenUp ?? "the adapter is gone");
    const known = knownFailing[testCase.id];
    if (result.verdict === "pass" || result.verdict === "warn") passed.push(result);
    const passes = result.verdict === "pass";
    if (known !== undefined && passes) {
      throw new Error(`${testCase.id} is listed in knownFailing (${known}), and passes now`);
    }
    if (known === undefined && !passes && result.verdict !== "warn") {
      throw new Error(failureText(result, contract.requirements));
    }
  };
  describe(title, () => {
    for (const testCase of chosen) {
      const name = `${testCase.id}: ${testCase.title} (${testCase.requirements.join(" ")})`;
      it(name, (context) => test(testCase, context), TEST_LIMIT_MS);
    }
    afterAll(async () => {
      await bench.end();
      const late = passed
        .map((each) => bench.settled(each))
        .filter((each) => !passed.includes(each));
      if (late.length > 0) {
        throw new Error(late.map((each) => failureText(each, contract.requirements)).join("\n\n"));
      }
    }, TEST_LIMIT_MS);
  });
}

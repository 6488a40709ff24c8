// Checks an adapter in seconds: whether it speaks the driver protocol, not whether its client is right.

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { counted } from "../counted.js";
import { DrivenBench, type DrivenOptions } from "../driven/bench.js";
import type { TesteeAddress } from "../driver/channel.js";
import { DriverFault, Testee } from "../driver/process.js";
import { isOptionalCommand, type Hello } from "../driver/protocol.js";
import { brief } from "../json.js";
import type { CaseResult } from "../runner/verdict.js";
import { adviceOn } from "./advice.js";
import { CHECKS, type Check } from "./checks.js";
import { diagnosisOf, type Diagnosis, type Finding } from "./finding.js";

export interface DoctorOptions {
  readonly testee: TesteeAddress;
  readonly hangMs: number;
  readonly seed: number;
  readonly onFinding?: (finding: Finding) => void;
}

const SPEC = "1.0";

interface Greeted {
  readonly hello: Hello | undefined;
  readonly finding: Finding;
}

/** Starts the testee, exchanges hello, and ends it. Throws TesteeUnreachable. */
async function greet(check: string, title: string, options: DoctorOptions): Promise<Greeted> {
  const startedAt = performance.now();
  const took = (): number => Math.round(performance.now() - startedAt);
  try {
    const testee = await Testee.start(options.testee, options.hangMs);
    const { hello } = testee;
    const durationMs = took();
    const killed = await testee.end();
    if (!killed) return { hello, finding: { check, title, status: "ok", durationMs } };
    const problem = "it does not end at SIGTERM and had to be killed";
    const advice = "end the process at SIGTERM, and when standard input ends";
    return { hello, finding: { check, title, status: "warning", problem, advice, durationMs } };
  } catch (error) {
    if (!(error instanceof DriverFault)) throw error;
    const problem = error.message;
    const advice =
      error.kind === "hang"
        ? "answer hello first thing: {re: 1, ok: true, implementation, version, language, spec, capabilities} on standard output, flushed"
        : (adviceOn(error.kind) ?? "");
    const finding = { check, title, problem, advice, durationMs: took() };
    return { hello: undefined, finding: { ...finding, status: "problem" } };
  }
}

function helloFindings(hello: Hello): readonly Finding[] {
  const warning = (check: string, title: string, problem: string, advice: string): Finding => ({
    ...{ check, title, status: "warning", problem, advice, durationMs: 0 },
  });
  const found: Finding[] = [];
  if (!hello.spec.includes(SPEC)) {
    const problem = `hello lists the protocol versions ${JSON.stringify(hello.spec)}, and not ${SPEC}`;
    found.push(warning("spec", "the client speaks version 1.0", problem, `add "${SPEC}" to spec`));
  }
  for (const name of hello.capabilities.filter((each) => !isOptionalCommand(each))) {
    const problem = `hello claims "${name}", which is no command of the driver protocol`;
    const advice =
      "capabilities are the names of optional commands (conformance/driver/protocol.md)";
    found.push(warning("capabilities", "capabilities have known names", problem, advice));
  }
  return found;
}

/** Cases that cannot run without a capability. */
function casesNeeding(capability: string): number {
  const driven = loadCases().filter((each) => each.tier === "driven");
  return driven.filter((each) => each.needs.includes(capability)).length;
}

function findingOf({ testCase, advice }: Check, result: CaseResult): Finding {
  const { title } = testCase;
  const check = testCase.id.replace("doctor/", "");
  const common = { check, title, durationMs: result.durationMs };
  const { failure } = result;
  if (result.verdict === "pass") return { ...common, status: "ok" };
  if (result.verdict === "n/a") {
    const capability = testCase.needs[0] ?? "";
    const problem = `not among its capabilities: ${counted(casesNeeding(capability), "case")} cannot run (n/a)`;
    return { ...common, status: "not declared", problem };
  }
  const expected = failure?.expected === undefined ? "" : `; expected ${brief(failure.expected)}`;
  const last = result.stderr.trim().split("\n").at(-1) ?? "";
  const said = failure?.fault === "crash" && last !== "" ? ` (${last})` : "";
  return {
    ...common,
    status: "problem",
    problem: `${failure?.problem ?? result.verdict}${expected}${said}`,
    advice: adviceOn(failure?.fault) ?? advice,
  };
}

function notTried({ testCase }: Check, problem: string): Finding {
  const check = testCase.id.replace("doctor/", "");
  return { check, title: testCase.title, status: "not tried", problem, durationMs: 0 };
}

/** Runs every check. Throws TesteeUnreachable when the adapter cannot be started or reached at all. */
export async function examine(options: DoctorOptions): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    options.onFinding?.(finding);
  };
  const first = await greet("hello", "it starts and answers hello", options);
  add(first.finding);
  if (!first.hello) return diagnosisOf(findings, undefined);
  helloFindings(first.hello).forEach(add);
  await tryChecks(options, add);
  if (options.testee.kind === "command") {
    add((await greet("respawn", "another process starts, greets and ends", options)).finding);
  }
  return diagnosisOf(findings, first.hello);
}

async function tryChecks(options: DoctorOptions, add: (finding: Finding) => void): Promise<void> {
  const { testee, hangMs, seed } = options;
  const cases = CHECKS.map((each) => each.testCase);
  const given: DrivenOptions = {
    ...{ testee, hangMs, seed, cases, target: "", repeat: () => "" },
    contract: loadContract(),
  };
  const bench = new DrivenBench(given);
  const results = new Map<Check, CaseResult>();
  try {
    for (const each of CHECKS) {
      const result = await bench.judge(each.testCase);
      if (result) results.set(each, result);
      if (!result) break;
    }
  } finally {
    await bench.end();
  }
  for (const each of CHECKS) {
    const result = results.get(each);
    add(
      result
        ? findingOf(each, bench.settled(result))
        : notTried(each, bench.givenUp ?? "the adapter is gone"),
    );
  }
}

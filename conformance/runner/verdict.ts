// What a case can come to, and what a run then exits with.

import type { Mismatch } from "../match.js";
import type { Entry } from "../transcript.js";

export type Verdict = "pass" | "fail" | "warn" | "n/a" | "untestable" | "inconclusive" | "error";

export const VERDICTS: readonly Verdict[] = [
  "pass",
  "fail",
  "warn",
  "n/a",
  "untestable",
  "inconclusive",
  "error",
];

/** What went wrong, in the words of the suite. */
export type FailureKind =
  | "missing" // an expected entry did not come
  | "mismatch" // it came and was different
  | "too_early"
  | "forbidden" // a `never` came
  | "monitor" // a standing rule was broken
  | "canary" // another connection was disturbed
  | "precondition" // an `observe` or a set-up step did not happen
  | "driver" // the testee broke the driver protocol, hung or died
  | "suite" // the runner's own fault
  | "capability"; // not declared

export interface Failure {
  readonly kind: FailureKind;
  /** Requirements that this failure is about. */
  readonly requirements: readonly string[];
  /** Index of the step, or undefined where no step was at work. */
  readonly step?: number;
  /** Index of the transcript's entry that was judged wrong, or of the last one seen when nothing came. */
  readonly entry?: number;
  readonly monitor?: string;
  /** crash, hang, bad_line and so on, where `kind` is driver. */
  readonly fault?: string;
  readonly problem: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly path?: string;
}

/** Thrown by a step or a monitor; ends the case. */
export class CaseEnd extends Error {
  constructor(
    readonly verdict: "fail" | "untestable" | "error",
    readonly failure: Failure,
  ) {
    super(failure.problem);
  }
}

export function mismatchFailure(
  mismatch: Mismatch,
  requirements: readonly string[],
  subject: string,
): Failure {
  return {
    kind: "mismatch",
    requirements,
    problem: `${subject}${mismatch.path === "" ? "" : ` at ${mismatch.path}`}: ${mismatch.problem}`,
    expected: mismatch.expected,
    actual: mismatch.actual,
    path: mismatch.path,
  };
}

/** What became of one assertion of a case. */
export interface Assertion {
  readonly step: number;
  readonly verb: "expect" | "never";
  readonly requirements: readonly string[];
  readonly held: boolean;
}

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly role: "client" | "server";
  readonly tier: string;
  readonly level: "MUST" | "SHOULD";
  readonly requirements: readonly string[];
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly seed: number;
  /** The longest time that the runner itself did not run during the case. */
  readonly stalledMs: number;
  readonly assertions: readonly Assertion[];
  readonly failure?: Failure;
  readonly steps: readonly string[];
  readonly transcript: readonly Entry[];
  readonly stderr: string;
  /** The mutant whose failures this run resembles most, where one clearly does. */
  readonly looksLike?: string;
  /** Repeats this one case with its seed. */
  readonly command: string;
  /** Given where not having run does not make the whole incomplete. */
  readonly blocks?: false;
  /** From 1, where the run repeats its cases. */
  readonly round?: number;
  /** What the case came to at first, where the runner stood still and ran it again alone. */
  readonly first?: { readonly stalledMs: number; readonly problem: string };
}

export interface RunResult {
  readonly tier: string;
  readonly target: string;
  readonly seed: number;
  readonly testee?: {
    readonly implementation: string;
    readonly version: string;
    readonly language: string;
    readonly capabilities: readonly string[];
  };
  readonly suiteVersion: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cases: readonly CaseResult[];
  /** How to run the like again: `latido conformance <command> [options] <arguments>`, without secrets. */
  readonly invocation?: {
    readonly command: "client" | "server";
    readonly arguments: readonly string[];
  };
  /** Cases that are listed as known to fail. */
  readonly knownFailing?: readonly string[];
  /** Known-failing entries that matched nothing or passed. */
  readonly staleKnownFailing: readonly string[];
  /** Settings that the server was judged with (conformance/profiles). */
  readonly profiles?: readonly string[];
  /** Profiles that this run leaves out, and the MUSTs that only their cases judge. */
  readonly notJudged?: {
    readonly profiles: readonly string[];
    readonly requirements: readonly string[];
  };
  /** Why the run ended before its last case, if it did. */
  readonly endedEarly?: string;
  /** Sentences for the reader: what this tier could not see, what it did not get to. */
  readonly notes?: readonly string[];
  /** MUSTs of the testee's role that no case of this tier can show. */
  readonly unseen?: readonly string[];
  /** Whether the order of the cases was drawn from the seed. */
  readonly shuffled?: true;
}

export const EXIT = {
  conformant: 0,
  violation: 1,
  usage: 2,
  incomplete: 3,
  runnerFault: 4,
} as const;

/** 4 before 1 before 3: the runner's own fault makes every other word of it doubtful. */
export function exitCode(run: RunResult, knownFailing: ReadonlySet<string> = new Set()): number {
  const has = (...verdicts: readonly Verdict[]): boolean =>
    run.cases.some((each) => verdicts.includes(each.verdict) && !knownFailing.has(each.id));
  if (has("error")) return EXIT.runnerFault;
  if (has("fail", "untestable") || run.staleKnownFailing.length > 0) return EXIT.violation;
  const blocked = run.cases.some(
    (each) => each.verdict === "n/a" && each.level === "MUST" && each.blocks !== false,
  );
  if (run.cases.length === 0 || blocked || has("inconclusive") || run.endedEarly !== undefined) {
    return EXIT.incomplete;
  }
  return EXIT.conformant;
}

// `latido conformance replay FILE`: what to run again, and whether it then went as before.

import { isObject, member } from "./json.js";
import { failedAt, isSame } from "./report/nearest.js";
import { readNamed, resultsFrom } from "./report/read.js";
import { byCase } from "./report/rounds.js";
import { needsTrace, type CaseTraceHead } from "./report/trace.js";
import { matcher } from "./runner/choose.js";
import type { CaseResult, RunResult } from "./runner/verdict.js";
import { UsageError } from "./usage-error.js";

/** A case as it went before; what it told is not needed. */
export type Before = Omit<CaseResult, "transcript">;

/** Cases that one run repeats. */
export interface Repetition {
  /** Arguments of `latido conformance`. */
  readonly args: readonly string[];
  readonly cases: readonly Before[];
}

export type Replay =
  | { readonly kind: "cases"; readonly repetitions: readonly Repetition[] }
  /** A trace of a simulated world, which `world/` runs again. */
  | { readonly kind: "world" };

export interface ReplayWishes {
  /** Patterns of case ids; empty: every case that did not pass. */
  readonly cases: readonly string[];
  /** Another testee: a command or the address of a server; empty: the same as before. */
  readonly target: readonly string[];
}

interface Recorded {
  readonly run: Pick<RunResult, "tier" | "seed" | "invocation">;
  readonly cases: readonly Before[];
}

function parsedLine(text: string): unknown {
  try {
    return JSON.parse(text.split("\n", 1)[0] ?? "");
  } catch {
    return undefined;
  }
}

function parsedWhole(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `${file} is neither results.json nor a trace; a run with --out writes both, a world's trace begins with {"latidoTrace":1`,
    );
  }
}

function isHead(head: unknown): head is CaseTraceHead {
  const run = member(head, "conformance");
  return (
    typeof member(run, "seed") === "number" &&
    typeof member(run, "tier") === "string" &&
    typeof member(member(head, "case"), "id") === "string"
  );
}

function recorded(file: string, text: string): Recorded | "world" {
  const head = parsedLine(text);
  if (member(head, "latidoTrace") === undefined) {
    const results = resultsFrom(file, parsedWhole(file, text));
    return { run: results, cases: results.cases };
  }
  if (isObject(member(head, "plan"))) return "world";
  if (isHead(head)) return { run: head.conformance, cases: [head.case] };
  throw new UsageError(
    `${file} is a trace of neither a case nor a world: its first line says not which`,
  );
}

function chosen(
  file: string,
  cases: readonly Before[],
  patterns: readonly string[],
): readonly Before[] {
  for (const pattern of patterns) {
    if (!cases.some(({ id }) => matcher(pattern)(id))) {
      throw new UsageError(`--case ${pattern} matches no case of ${file}`);
    }
  }
  if (patterns.length > 0)
    return cases.filter(({ id }) => patterns.some((each) => matcher(each)(id)));
  const failed = cases.filter(needsTrace);
  if (failed.length === 0)
    throw new UsageError(`in ${file} every case passed; --case names one to repeat`);
  return failed;
}

/** Options that say how to reach a testee rather than which. */
const KEPT: ReadonlySet<string> = new Set(["--driver", "--profile", "--listen", "--host"]);

function keptOptions(before: readonly string[]): readonly string[] {
  const end = before.indexOf("--");
  const options = end === -1 ? before : before.slice(0, end);
  return options.flatMap((word, index) => {
    const value = options[index + 1];
    return KEPT.has(word) && value !== undefined ? [word, value] : [];
  });
}

function isAddress(word: string | undefined): boolean {
  return word !== undefined && /^[a-z]+:\/\//u.test(word);
}

/** How to reach the testee: as before, or the one that the user names. */
function reaching(file: string, { run }: Recorded, target: readonly string[]): readonly string[] {
  const before = run.invocation?.arguments;
  if (target.length === 0) {
    if (before) return before;
    throw new UsageError(`${file} says not what was judged; give it after --`);
  }
  const kept = keptOptions(before ?? []);
  return isAddress(target[0]) ? [...kept, ...target] : [...kept, "--", ...target];
}

const SEEDS = 2 ** 32;

/** Reads what to repeat. Rounds of a run have seeds of their own: the first round that failed is repeated. */
export function readReplay(file: string, wishes: ReplayWishes): Replay {
  const found = recorded(file, readNamed(file));
  if (found === "world") return { kind: "world" };
  const { run } = found;
  const command = run.invocation?.command ?? (run.tier === "server" ? "server" : "client");
  const wished = chosen(file, found.cases, wishes.cases);
  const reach = reaching(file, found, wishes.target);
  const bySeed = new Map<number, Before[]>();
  for (const { result } of byCase(wished)) {
    const seed = (run.seed + (result.round ?? 1) - 1) % SEEDS;
    bySeed.set(seed, [...(bySeed.get(seed) ?? []), result]);
  }
  const repetitions = [...bySeed].map(([seed, cases]) => ({
    args: [command, ...cases.flatMap(({ id }) => ["--case", id]), "--seed", String(seed), ...reach],
    cases,
  }));
  return { kind: "cases", repetitions };
}

export interface Repeated {
  readonly id: string;
  readonly before: string;
  readonly now: string;
  readonly outcome: "same" | "different" | "passes" | "not run";
}

function manner(result: Before): string {
  const { verdict, failure } = result;
  if (!failure) return verdict;
  const step = failure.step === undefined ? "" : ` at step ${failure.step + 1}`;
  return `${verdict}${step}: ${failure.problem}`;
}

/** How a repeated case went, beside how it went before. */
export function repeated(before: Before, now: Before | undefined): Repeated {
  const { id } = before;
  if (!now) return { id, before: manner(before), now: "not run", outcome: "not run" };
  const [was, is] = [failedAt(before), failedAt(now)];
  const isAlike = was && is ? isSame(was, is) : before.verdict === now.verdict;
  const changed = now.verdict === "pass" ? "passes" : "different";
  return { id, before: manner(before), now: manner(now), outcome: isAlike ? "same" : changed };
}

export function repeatedText({ id, before, now, outcome }: Repeated): string {
  switch (outcome) {
    case "same":
      return `replay: ${id} went as before: ${now}`;
    case "passes":
      return `replay: ${id} passes now; before: ${before}`;
    case "different":
      return `replay: ${id} went otherwise: ${now}; before: ${before}`;
    case "not run":
      return `replay: ${id} did not run; before: ${before}`;
  }
}

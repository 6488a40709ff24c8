// `latido conformance compare A B`: two runs side by side, by case.

import { byCase } from "./report/rounds.js";
import type { Results } from "./report/results.js";
import { visible } from "./report/visible.js";
import { testeeName } from "./report/words.js";
import type { CaseResult, Verdict } from "./runner/verdict.js";

/** What became of a case from one run to the other. */
export type Change =
  | "broken" // held before, fails now
  | "lost" // held before, could not be judged now
  | "new failing" // only in the second, and fails
  | "still failing"
  | "fixed"
  | "regained" // could not be judged before, holds now
  | "new" // only in the second
  | "gone" // only in the first
  | "unjudged" // could be judged in neither
  | "same";

export const CHANGES: readonly Change[] = [
  "broken",
  "lost",
  "new failing",
  "still failing",
  "fixed",
  "regained",
  "new",
  "gone",
  "unjudged",
  "same",
];

export interface CompareRow {
  readonly id: string;
  readonly title: string;
  readonly change: Change;
  readonly before?: Verdict;
  readonly now?: Verdict;
  /** What went wrong in the second run, or in the first where it was fixed. */
  readonly problem?: string;
}

export interface Comparison {
  readonly rows: readonly CompareRow[];
  readonly counts: Readonly<Record<Change, number>>;
  readonly exitCodes: readonly [number, number];
  readonly isWorse: boolean;
}

type Standing = "holds" | "fails" | "open";

const STANDING: Readonly<Record<Verdict, Standing>> = {
  pass: "holds",
  warn: "holds",
  fail: "fails",
  untestable: "fails",
  "n/a": "open",
  inconclusive: "open",
  error: "open",
};

function changeOf(before: Verdict | undefined, now: Verdict | undefined): Change {
  if (now === undefined) return "gone";
  const is = STANDING[now];
  if (before === undefined) return is === "fails" ? "new failing" : "new";
  const was = STANDING[before];
  if (is === "fails")
    return was === "holds" ? "broken" : was === "fails" ? "still failing" : "new failing";
  if (is === "open") return was === "holds" ? "lost" : "unjudged";
  return was === "fails" ? "fixed" : was === "open" ? "regained" : "same";
}

/** From the best exit code to the worst. */
const EXIT_RANK: readonly number[] = [0, 3, 1, 4];

const WORSE: readonly Change[] = ["broken", "lost", "new failing"];

function results(run: Results): ReadonlyMap<string, CaseResult> {
  return new Map(byCase(run.cases).map(({ result }) => [result.id, result]));
}

function rowOf(
  id: string,
  before: CaseResult | undefined,
  now: CaseResult | undefined,
): CompareRow {
  const problem = now?.failure?.problem ?? before?.failure?.problem;
  return {
    id,
    title: now?.title ?? before?.title ?? id,
    change: changeOf(before?.verdict, now?.verdict),
    ...(before ? { before: before.verdict } : {}),
    ...(now ? { now: now.verdict } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

export function compareResults(first: Results, second: Results): Comparison {
  const [before, now] = [results(first), results(second)];
  const ids = [...new Set([...now.keys(), ...before.keys()])];
  const rows = ids
    .map((id) => rowOf(id, before.get(id), now.get(id)))
    .toSorted((one, other) => CHANGES.indexOf(one.change) - CHANGES.indexOf(other.change));
  const count = (change: Change): number => rows.filter((each) => each.change === change).length;
  const counts = Object.fromEntries(
    CHANGES.map((each) => [each, count(each)]),
  ) as Comparison["counts"];
  const ranks = [first, second].map(({ exitCode }) => EXIT_RANK.indexOf(exitCode));
  const isWorse = WORSE.some((each) => counts[each] > 0) || (ranks[1] ?? 0) > (ranks[0] ?? 0);
  return { rows, counts, exitCodes: [first.exitCode, second.exitCode], isWorse };
}

function runLine(name: string, run: Results): string {
  const verdicts = Object.entries(run.counts).filter(([, number]) => number > 0);
  const said = verdicts.map(([verdict, number]) => `${number} ${verdict}`).join(", ");
  return `${name}: ${testeeName(run)}, ${run.startedAt.slice(0, 16)}, ${said || "no case"} (exit ${run.exitCode})`;
}

function warning(first: Results, second: Results): readonly string[] {
  return first.tier === second.tier
    ? []
    : [`these are different tiers: ${first.tier}, ${second.tier}`];
}

export function comparisonText(first: Results, second: Results, comparison: Comparison): string {
  const { rows, counts, isWorse } = comparison;
  const told = rows.filter(({ change }) => change !== "same" && change !== "unjudged");
  const lines = told.map(({ id, change, before, now, problem }) => {
    const verdicts = `${before ?? "–"} → ${now ?? "–"}`;
    const why = change === "gone" || problem === undefined ? "" : `  ${problem}`;
    return `${change.padEnd(13)}  ${id}  (${verdicts})${why}`;
  });
  const summary = CHANGES.filter((each) => counts[each] > 0).map(
    (each) => `${counts[each]} ${each}`,
  );
  return [
    runLine("A", first),
    runLine("B", second),
    ...warning(first, second),
    "",
    ...lines,
    ...(lines.length === 0 ? [] : [""]),
    `${isWorse ? "B is worse" : "B is not worse"}: ${summary.join(", ") || "no case in either"}`,
  ]
    .map(visible)
    .join("\n");
}

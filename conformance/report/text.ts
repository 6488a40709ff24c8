// What a person reads in the terminal.

import { join } from "node:path";

import type { Requirement } from "../contract.js";
import { counted } from "../counted.js";
import { brief, isObject } from "../json.js";
import { VERDICTS, type CaseResult, type RunResult, type Verdict } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";
import { excerptOf, isCulprit } from "./excerpt.js";
import { streamName, valueText } from "./gist.js";
import { testeeName } from "./words.js";
import { cut, visible } from "./visible.js";

const REPORT_FILES = "results.json, junit.xml, summary.md, badge.svg";
const EXCERPT = { before: 20, after: 4 };
const STDERR_LINES = 12;
const STDERR_LINE = 400;
const VALUE = 120;
const NAME = 40;
const LINE = 1_000;

export function verdictLine(result: CaseResult): string {
  const about = result.failure?.requirements.length
    ? result.failure.requirements
    : result.requirements;
  return `${result.verdict.padEnd(12)} ${result.id}  ${about.join(" ")}  (${result.durationMs} ms)`;
}

const LANE_MARK = { wire: "wire  ", driver: "driver", clock: "clock " } as const;

/** JSON without what every frame carries, and with the streams' short names. */
function compact(value: unknown): string {
  const short = (name: string, of: unknown): unknown =>
    name === "stream" && typeof of === "string" ? streamName(of) : of;
  if (!isObject(value)) return brief(value, VALUE);
  const telling = Object.entries(value).filter(([name]) => name !== "type" && name !== "timestamp");
  return cut(JSON.stringify(Object.fromEntries(telling), short), VALUE);
}

function entryLine(entry: Entry, isDivergence: boolean): string {
  const arrow = entry.from === "runner" ? "→" : "←";
  const on = entry.on === undefined ? "" : `${cut(entry.on, NAME)} `;
  const name = entry.kind === "text" ? entry.kind : cut(entry.name ?? entry.kind, NAME);
  const value = entry.value === undefined ? "" : ` ${compact(entry.value)}`;
  const mark = isDivergence ? "✗" : " ";
  return `  ${mark}${entry.atMs.toFixed(1).padStart(8)}  ${LANE_MARK[entry.lane]} ${arrow} ${on}${name}${value}`;
}

function transcriptLines(result: CaseResult): readonly string[] {
  if (result.transcript.length === 0) return [];
  const { entries, before, after, divergedAt } = excerptOf(result, EXCERPT);
  const lines = entries.map((entry, at) =>
    entryLine(entry, at === divergedAt && isCulprit(result)),
  );
  if (divergedAt !== undefined && !isCulprit(result)) {
    lines.splice(divergedAt + 1, 0, `  ✗          here: ${result.failure?.problem ?? ""}`);
  }
  return [
    "  transcript (ms, lane, → runner to testee, ← testee to runner, ✗ where it diverged):",
    ...(before === 0 ? [] : [`    … ${before} ${before === 1 ? "entry" : "entries"} before`]),
    ...lines,
    ...(after === 0 ? [] : [`    … ${after} ${after === 1 ? "entry" : "entries"} after`]),
  ];
}

/** Where a requirement stands. */
export function requirementLink(id: string): string {
  return `spec/protocol.md#${id}`;
}

function requirementLines(
  ids: readonly string[],
  requirements: ReadonlyMap<string, Requirement>,
): readonly string[] {
  return ids.map((id) => {
    const sentence = requirements.get(id)?.sentence ?? "not in spec/requirements.yaml";
    return `  ${id}: ${sentence} [${requirementLink(id)}]`;
  });
}

function stderrLines(stderr: string): readonly string[] {
  if (stderr.trim() === "") return [];
  const lines = stderr.trimEnd().split("\n").slice(-STDERR_LINES);
  return ["  end of its standard error:", ...lines.map((line) => `    ${cut(line, STDERR_LINE)}`)];
}

/**
 * Everything that one case has to say for itself.
 * @param trace the file that holds the whole transcript, where one was written
 */
export function failureText(
  result: CaseResult,
  requirements: ReadonlyMap<string, Requirement>,
  trace?: string,
): string {
  const { failure } = result;
  if (!failure) return "";
  const step = failure.step === undefined ? undefined : result.steps[failure.step];
  const cause = failure.fault ?? failure.monitor;
  return [
    `${result.verdict.toUpperCase()}: ${result.id} — ${result.title}`,
    ...requirementLines(failure.requirements, requirements),
    ...(step === undefined
      ? []
      : [`  step ${(failure.step ?? 0) + 1} of ${result.steps.length}: ${step}`]),
    `  ${failure.kind}${cause === undefined ? "" : ` (${cause})`}: ${failure.problem}`,
    ...(failure.expected === undefined ? [] : [`  expected: ${valueText(failure.expected, 400)}`]),
    ...(failure.actual === undefined ? [] : [`  actual:   ${valueText(failure.actual, 400)}`]),
    ...transcriptLines(result),
    ...stderrLines(result.stderr),
    ...(result.stalledMs < 200
      ? []
      : [`  the runner itself stood still for ${result.stalledMs} ms`]),
    ...(result.looksLike === undefined ? [] : [`  looks like ${result.looksLike}`]),
    ...(trace === undefined ? [] : [`  trace:  ${trace}`]),
  ]
    .map((line) => cut(visible(line), LINE))
    .concat(`  repeat: ${visible(result.command)}`)
    .join("\n");
}

export function counts(cases: readonly CaseResult[]): string {
  return VERDICTS.flatMap((verdict: Verdict) => {
    const number = cases.filter((each) => each.verdict === verdict).length;
    return number === 0 ? [] : [`${number} ${verdict}`];
  }).join(", ");
}

/** Why cases could not run, each reason once. */
function notApplicable(cases: readonly CaseResult[]): readonly string[] {
  const reasons = new Map<string, number>();
  for (const { verdict, failure } of cases) {
    if (verdict !== "n/a" || !failure) continue;
    reasons.set(failure.problem, (reasons.get(failure.problem) ?? 0) + 1);
  }
  return [...reasons].map(
    ([reason, number]) => `n/a, ${number} ${number === 1 ? "case" : "cases"}: ${reason}`,
  );
}

function ranAgain(cases: readonly CaseResult[]): readonly string[] {
  return cases.flatMap(({ id, verdict, first }) =>
    first === undefined
      ? []
      : [
          `run again alone: ${id}, now ${verdict}; at first the runner stood still for ${first.stalledMs} ms (${first.problem})`,
        ],
  );
}

/** What a reader of any report should know besides the verdicts. */
export function remarks(run: RunResult): readonly string[] {
  return [
    ...ranAgain(run.cases),
    ...(run.endedEarly === undefined ? [] : [`the run ended early: ${run.endedEarly}`]),
    ...notApplicable(run.cases),
    ...(run.notes ?? []),
    ...run.staleKnownFailing.map((each) => `known-failing: ${each}`),
  ];
}

export function summaryText(run: RunResult, code: number): string {
  const meaning: Readonly<Record<number, string>> = {
    0: "conformant",
    1: "not conformant",
    3: "incomplete: no verdict",
    4: "the suite itself failed: no verdict",
  };
  return [
    `${testeeName(run)}: ${meaning[code] ?? "?"}`,
    `${counted(run.cases.length, "case")} in ${(run.durationMs / 1000).toFixed(1)} s: ${counts(run.cases) || "none ran"}; seed ${run.seed}`,
    ...(run.shuffled ? [`the same order: --shuffle --seed ${run.seed}`] : []),
    ...remarks(run),
  ]
    .map(visible)
    .join("\n");
}

/** What the user may open now. */
export function writtenText(folder: string): string {
  return `reports: open ${join(folder, "report.html")}; ${REPORT_FILES} are beside it`;
}

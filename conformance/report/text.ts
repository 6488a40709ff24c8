// What a person reads in the terminal.

import type { Requirement } from "../contract.js";
import { brief } from "../json.js";
import { VERDICTS, type CaseResult, type RunResult, type Verdict } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";

const TRANSCRIPT_LINES = 24;
const STDERR_LINES = 12;

export function verdictLine(result: CaseResult): string {
  const about = result.failure?.requirements.length
    ? result.failure.requirements
    : result.requirements;
  return `${result.verdict.padEnd(12)} ${result.id}  ${about.join(" ")}  (${result.durationMs} ms)`;
}

/** Heartbeats fill a transcript and say nothing, unless a step is about them. */
function telling(result: CaseResult): readonly Entry[] {
  if (result.steps.some((step) => step.includes("HEARTBEAT"))) return result.transcript;
  return result.transcript.filter(({ name }) => name !== "HEARTBEAT" && name !== "HEARTBEAT_ACK");
}

const LANE_MARK = { wire: "wire  ", driver: "driver", clock: "clock " } as const;

function entryLine(entry: Entry): string {
  const arrow = entry.from === "runner" ? "→" : "←";
  const on = entry.on === undefined ? "" : `${entry.on} `;
  const name = entry.name === undefined || entry.kind === "text" ? entry.kind : entry.name;
  const value = entry.value === undefined ? "" : ` ${brief(entry.value, 150)}`;
  return `${entry.atMs.toFixed(1).padStart(9)}  ${LANE_MARK[entry.lane]} ${arrow} ${on}${name}${value}`;
}

function requirementLines(
  ids: readonly string[],
  requirements: ReadonlyMap<string, Requirement>,
): readonly string[] {
  return ids.map((id) => {
    const sentence = requirements.get(id)?.sentence ?? "not in spec/requirements.yaml";
    return `  ${id}: ${sentence} [spec/protocol.md, ${id}]`;
  });
}

/** Everything that one case has to say for itself. */
export function failureText(
  result: CaseResult,
  requirements: ReadonlyMap<string, Requirement>,
): string {
  const { failure } = result;
  if (!failure) return "";
  const step = failure.step === undefined ? undefined : result.steps[failure.step];
  const entries = telling(result);
  const skipped = Math.max(0, entries.length - TRANSCRIPT_LINES);
  const stderr = result.stderr.trimEnd().split("\n").slice(-STDERR_LINES);
  const cause = failure.fault ?? failure.monitor;
  return [
    `${result.verdict.toUpperCase()}: ${result.id} — ${result.title}`,
    ...requirementLines(failure.requirements, requirements),
    ...(step === undefined
      ? []
      : [`  step ${(failure.step ?? 0) + 1} of ${result.steps.length}: ${step}`]),
    `  ${failure.kind}${cause === undefined ? "" : ` (${cause})`}: ${failure.problem}`,
    ...(failure.expected === undefined ? [] : [`  expected: ${brief(failure.expected, 400)}`]),
    ...(failure.actual === undefined ? [] : [`  actual:   ${brief(failure.actual, 400)}`]),
    ...(result.transcript.length === 0
      ? []
      : ["  transcript (ms, lane, → runner to testee, ← testee to runner):"]),
    ...(skipped === 0 ? [] : [`    … ${skipped} entries before`]),
    ...entries.slice(-TRANSCRIPT_LINES).map((entry) => `  ${entryLine(entry)}`),
    ...(result.stderr.trim() === ""
      ? []
      : ["  end of its standard error:", ...stderr.map((line) => `    ${line}`)]),
    ...(result.stalledMs < 200
      ? []
      : [`  the runner itself stood still for ${result.stalledMs} ms`]),
    ...(result.looksLike === undefined ? [] : [`  looks like ${result.looksLike}`]),
    `  repeat: ${result.command}`,
  ].join("\n");
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
  return [...reasons].map(([reason, number]) => `n/a, ${number} cases: ${reason}`);
}

export function summaryText(run: RunResult, code: number): string {
  const who = run.testee
    ? `${run.testee.implementation} ${run.testee.version} (${run.testee.language})`
    : run.target;
  const meaning: Readonly<Record<number, string>> = {
    0: "conformant",
    1: "not conformant",
    3: "incomplete: no verdict",
    4: "the suite itself failed: no verdict",
  };
  return [
    `${who}: ${meaning[code] ?? "?"}`,
    `${run.cases.length} cases in ${(run.durationMs / 1000).toFixed(1)} s: ${counts(run.cases) || "none ran"}; seed ${run.seed}`,
    ...(run.endedEarly === undefined ? [] : [`the run ended early: ${run.endedEarly}`]),
    ...notApplicable(run.cases),
    ...(run.notes ?? []),
    ...run.staleKnownFailing.map((each) => `known-failing: ${each}`),
  ].join("\n");
}

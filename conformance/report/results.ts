// results.json: the canonical report, from which every other can be made.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Requirement } from "../contract.js";
import type { CaseResult, RunResult, Verdict } from "../runner/verdict.js";
import { VERDICTS } from "../runner/verdict.js";
import { makeFolder } from "../output-folder.js";
import { writeFault } from "../platform-fault.js";
import { UsageError } from "../usage-error.js";
import { badge } from "./badge.js";
import { reportPage } from "./html/page.js";
import { junit } from "./junit.js";
import { summaryMarkdown } from "./summary.js";
import { caseTrace, traceNames } from "./trace.js";

export interface Results extends RunResult {
  readonly format: 1;
  readonly exitCode: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Requirements that the cases of this run name, with the verdicts of those cases. */
  readonly requirements: Readonly<Record<string, readonly Verdict[]>>;
}

export function resultsOf(run: RunResult, exitCode: number): Results {
  const counts = Object.fromEntries(
    VERDICTS.map((verdict) => [
      verdict,
      run.cases.filter((each) => each.verdict === verdict).length,
    ]),
  ) as Record<Verdict, number>;
  const requirements: Record<string, Verdict[]> = {};
  for (const each of run.cases) {
    for (const id of each.requirements) (requirements[id] ??= []).push(each.verdict);
  }
  return { format: 1, exitCode, counts, requirements, ...run };
}

function unwritable(folder: string, error: unknown): UsageError {
  return new UsageError(`cannot write the reports to --out ${folder}: ${writeFault(error)}`);
}

/** Makes the folder, so that a mistake shows before the run and not after it. */
export function prepareReports(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/**
 * Writes every report into a folder that is there.
 * @returns the file of each trace that was written
 */
export function writeReports(
  folder: string,
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): ReadonlyMap<CaseResult, string> {
  const files: readonly (readonly [name: string, text: string])[] = [
    ["results.json", `${JSON.stringify(resultsOf(run, exitCode), undefined, 2)}\n`],
    ["junit.xml", junit(run, requirements)],
    ["summary.md", summaryMarkdown(run, exitCode, requirements)],
    ["badge.svg", badge(run, exitCode, requirements)],
    ["report.html", reportPage(run, exitCode, requirements)],
  ];
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    return writeTraces(join(folder, "traces"), run);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Traces of an earlier run would be taken for those of this one: they go. */
function writeTraces(folder: string, run: RunResult): ReadonlyMap<CaseResult, string> {
  const names = traceNames(run.cases);
  if (existsSync(folder)) {
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".jsonl"))) {
      rmSync(join(folder, name));
    }
  }
  if (names.size > 0) mkdirSync(folder, { recursive: true });
  const written = [...names].map(([result, name]) => {
    const file = join(folder, name);
    writeFileSync(file, caseTrace(run, result));
    return [result, file] as const;
  });
  return new Map(written);
}

// results.json: the canonical report, from which every other can be made.

import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Requirement } from "../contract.js";
import type { RunResult, Verdict } from "../runner/verdict.js";
import { VERDICTS } from "../runner/verdict.js";
import { UsageError } from "../usage-error.js";
import { junit } from "./junit.js";

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
  const problem = error instanceof Error ? error.message : String(error);
  return new UsageError(`cannot write the reports to --out ${folder}: ${problem}`);
}

/** Makes the folder, so that a mistake shows before the run and not after it. */
export function prepareReports(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Writes results.json and junit.xml into a folder that is there. */
export function writeReports(
  folder: string,
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): void {
  try {
    const results = `${JSON.stringify(resultsOf(run, exitCode), undefined, 2)}\n`;
    writeFileSync(join(folder, "results.json"), results);
    writeFileSync(join(folder, "junit.xml"), junit(run, requirements));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

// results.json: the canonical report, from which every other can be made.

import { mkdirSync, writeFileSync } from "node:fs";
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

/** Writes results.json and junit.xml into a folder, which is made where it is missing. */
export function writeReports(
  folder: string,
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): void {
  try {
    mkdirSync(folder, { recursive: true });
    const results = `${JSON.stringify(resultsOf(run, exitCode), undefined, 2)}\n`;
    writeFileSync(join(folder, "results.json"), results);
    writeFileSync(join(folder, "junit.xml"), junit(run, requirements));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot write the reports to --out ${folder}: ${problem}`);
  }
}

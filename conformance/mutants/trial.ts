// Runs the suite against one edit of the reference sources and says whether that went as it must.

import type { Case, Tier } from "../cases/case.js";
import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { counted } from "../counted.js";
import { runDriven } from "../driven/run.js";
import { judge } from "../runner/judge.js";
import type { RunOptions } from "../runner/options.js";
import type { CaseResult, FailureKind, RunResult } from "../runner/verdict.js";
import { runServer } from "../server-tier/run.js";
import { SETTINGS_PLACEHOLDER } from "../server-tier/subject.js";
import { UsageError } from "../usage-error.js";
import { EditError, type Edit } from "./bank.js";
import { editedCommand } from "./edited.js";
import { ToolchainMissing } from "./toolchain-missing.js";

/** How a case failed on an edit. */
export interface Failing {
  readonly case: string;
  readonly step?: number;
  readonly kind: FailureKind;
  readonly monitor?: string;
  /** Requirements that the failing check names. */
  readonly cites: readonly string[];
}

export interface Trial {
  readonly edit: Edit;
  readonly failing: readonly Failing[];
  /** How many cases ran. */
  readonly ran: number;
  readonly durationMs: number;
  /** Why the edit did not fare as it must; absent where it did. */
  readonly problem?: string;
  /** What this machine lacks to try it; absent where it was tried. */
  readonly missing?: string;
}

export interface TrialOptions {
  readonly edit: Edit;
  readonly cases: readonly Case[];
  readonly hangMs: number;
  /** End as soon as every requirement of a mutant has killed it. */
  readonly stopWhenKilled: boolean;
}

export function isVariant(edit: Edit): boolean {
  return edit.requirements.length === 0;
}

/** The command that shows an edit to the suite by hand. */
export function commandOf(edit: Edit): readonly string[] {
  const settings = edit.role === "server" ? SETTINGS : [];
  return ["node", "dist/conformance/mutants/testee.js", edit.name, ...settings];
}

/** So that a server is started in each profile that the cases ask for. */
const SETTINGS = ["--config", SETTINGS_PLACEHOLDER];

function areaOf(requirement: string): string {
  return requirement.slice(0, requirement.indexOf("-"));
}

function tierOf(edit: Edit): Tier {
  return edit.role === "client" ? "driven" : "server";
}

/** The cases by which an edit is recognised: for a variant all of its tier, for a mutant those of its areas. */
export function neighbourhood(edit: Edit, all: readonly Case[] = loadCases()): readonly Case[] {
  const ofTier = all.filter(({ tier }) => tier === tierOf(edit));
  if (isVariant(edit)) return ofTier;
  const areas = new Set(edit.requirements.map(areaOf));
  return ofTier.filter(({ requirements }) => requirements.some((id) => areas.has(areaOf(id))));
}

/** The cases that name a mutant's requirements. */
export function citing(edit: Edit, all: readonly Case[] = loadCases()): readonly Case[] {
  if (isVariant(edit)) return neighbourhood(edit, all);
  return all.filter(
    ({ tier, requirements }) =>
      tier === tierOf(edit) && requirements.some((id) => edit.requirements.includes(id)),
  );
}

function cites(result: CaseResult, requirement: string): boolean {
  return result.verdict === "fail" && result.failure?.requirements.includes(requirement) === true;
}

async function judged(edit: Edit, options: RunOptions): Promise<RunResult> {
  const command = await editedCommand(edit);
  if (edit.role === "client") {
    const testee = { kind: "command", command, driver: "stdio" } as const;
    return await runDriven({ ...options, testee, target: edit.name });
  }
  const subject = {
    kind: "command",
    command: [...command, ...SETTINGS],
    event: "chat_message",
  } as const;
  return await runServer({ ...options, subject });
}

function failingOf({ id, failure }: CaseResult): Failing {
  return {
    case: id,
    kind: failure?.kind ?? "suite",
    cites: failure?.requirements ?? [],
    ...(failure?.step === undefined ? {} : { step: failure.step }),
    ...(failure?.monitor === undefined ? {} : { monitor: failure.monitor }),
  };
}

function problemOf(
  edit: Edit,
  unkilled: ReadonlySet<string>,
  failed: readonly CaseResult[],
  ran: number,
): string | undefined {
  const those = failed
    .map(
      ({ id, verdict, failure }) => `${id} (${verdict}: ${failure?.requirements.join(" ") ?? ""})`,
    )
    .join(", ");
  if (isVariant(edit))
    return failed.length === 0 ? undefined : `legal behaviour was refused: ${those}`;
  if (unkilled.size === 0) return undefined;
  const named = [...unkilled].join(" or ");
  return failed.length === 0
    ? `survived ${counted(ran, "case")}`
    : `no check that cites ${named} failed, only ${those}`;
}

async function run({ edit, cases, hangMs, stopWhenKilled }: TrialOptions): Promise<Trial> {
  const startedAt = performance.now();
  const unkilled = new Set(edit.requirements);
  const options: RunOptions = {
    cases,
    contract: loadContract(),
    seed: 1,
    // A mutant is only waited for; legal behaviour gets all the time that a busy machine may need.
    hangMs: isVariant(edit) ? 4 * hangMs : hangMs,
    repeat: (id) => `latido conformance ${edit.role} --case ${id} -- ${commandOf(edit).join(" ")}`,
    onResult: (each) => {
      for (const id of edit.requirements) if (cites(each, id)) unkilled.delete(id);
    },
    stopWhen: () => stopWhenKilled && !isVariant(edit) && unkilled.size === 0,
  };
  // A case during which this process stood still is judged again alone, as in any run.
  const once = { rounds: 1, shuffle: false };
  const result = await judge(options, once, (given) => judged(edit, given));
  const failed = result.cases.filter(({ verdict }) => verdict !== "pass" && verdict !== "n/a");
  const problem = problemOf(edit, unkilled, failed, result.cases.length);
  return {
    edit,
    failing: failed.filter(({ verdict }) => verdict === "fail").map(failingOf),
    ran: result.cases.length,
    durationMs: Math.round(performance.now() - startedAt),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Tries one edit. One that no longer applies is a failure of the bank, not of the whole run. */
export async function tryEdit(options: TrialOptions): Promise<Trial> {
  try {
    return await run(options);
  } catch (error) {
    const untried = { edit: options.edit, failing: [], ran: 0, durationMs: 0 };
    if (error instanceof ToolchainMissing) {
      const { message } = error;
      // Where nobody watches, what was not tried has not passed.
      return process.env.CI === "true"
        ? { ...untried, problem: message }
        : { ...untried, missing: message };
    }
    if (!(error instanceof EditError || error instanceof UsageError)) throw error;
    return { ...untried, problem: error.message };
  }
}

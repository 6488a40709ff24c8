// Measures the suite: every mutant must be killed by a check that cites its requirement, and every legal
// variant must pass in full.

import { join } from "node:path";

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { runDriven } from "../driven/run.js";
import { packageRoot } from "../package-root.js";
import { UsageError } from "../usage-error.js";
import { chooseCases } from "../runner/choose.js";
import type { RunOptions } from "../runner/options.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { runServer } from "../server-tier/run.js";
import { startServer } from "../server-tier/target.js";
import { EditError, mutants, variants, type Edit } from "./bank.js";
import { buildEdited } from "./build.js";

export interface Outcome {
  readonly edit: Edit;
  /** Cases that the mutant failed on a check that cites its requirement; for a variant, all it failed. */
  readonly cases: readonly string[];
  readonly ok: boolean;
  readonly problem?: string;
  readonly durationMs: number;
}

export interface PowerOptions {
  readonly edits: readonly Edit[];
  /** Run all cases of the tier, not only those that cite the mutant's requirement. */
  readonly whole: boolean;
  readonly hangMs: number;
  readonly jobs: number;
  readonly onOutcome?: (outcome: Outcome) => void;
}

function cites(result: CaseResult, requirement: string): boolean {
  return result.verdict === "fail" && result.failure?.requirements.includes(requirement) === true;
}

function isVariant(edit: Edit): boolean {
  return edit.requirements.length === 0;
}

async function judged(edit: Edit, options: RunOptions): Promise<RunResult> {
  const bundle = await buildEdited(edit);
  const command = [process.execPath, bundle];
  if (edit.role === "client") {
    const testee = { kind: "command", command, driver: "stdio" } as const;
    return await runDriven({ ...options, testee, target: edit.name });
  }
  const started = await startServer(command, { event: "chat_message" });
  try {
    return await runServer({ ...options, target: started.target, stderr: started.stderr });
  } finally {
    await started.stop();
  }
}

async function outcomeOf(edit: Edit, options: PowerOptions): Promise<Outcome> {
  const startedAt = performance.now();
  const { requirements } = edit;
  const uncaught = new Set(requirements);
  const cases = chooseCases(loadCases(), {
    tier: edit.role === "client" ? "driven" : "server",
    cases: [],
    requirements: options.whole ? [] : requirements,
  });
  const run = await judged(edit, {
    cases,
    contract: loadContract(),
    seed: 1,
    // A mutant is only waited for; legal behaviour gets all the time that a busy machine may need.
    hangMs: isVariant(edit) ? 4 * options.hangMs : options.hangMs,
    repeat: (id) => `latido conformance ${edit.role} --case ${id} -- ${commandOf(edit).join(" ")}`,
    stopWhen: (result) => {
      for (const each of requirements) if (cites(result, each)) uncaught.delete(each);
      return !options.whole && !isVariant(edit) && uncaught.size === 0;
    },
  });
  const durationMs = Math.round(performance.now() - startedAt);
  if (isVariant(edit)) {
    const refused = run.cases.filter((each) => each.verdict !== "pass").map((each) => each.id);
    const ok = refused.length === 0;
    return {
      edit,
      cases: refused,
      ok,
      durationMs,
      ...(ok ? {} : { problem: "legal behaviour was refused" }),
    };
  }
  const killers = run.cases.filter((each) =>
    requirements.some((requirement) => cites(each, requirement)),
  );
  const others = run.cases.filter((each) => each.verdict !== "pass" && each.verdict !== "n/a");
  const survived = `survived ${cases.length} cases`;
  const elsewhere = `no check that cites ${[...uncaught].join(" or ")} failed, only ${others.map((each) => `${each.id} (${each.verdict}: ${each.failure?.requirements.join(" ") ?? ""})`).join(", ")}`;
  const ok = uncaught.size === 0;
  return {
    edit,
    cases: killers.map((each) => each.id),
    ok,
    durationMs,
    ...(ok ? {} : { problem: others.length === 0 ? survived : elsewhere }),
  };
}

/** An edit that no longer applies is a failure of the bank, not of the whole run. */
async function outcomeOrMisfit(edit: Edit, options: PowerOptions): Promise<Outcome> {
  try {
    return await outcomeOf(edit, options);
  } catch (error) {
    if (!(error instanceof EditError || error instanceof UsageError)) throw error;
    return { edit, cases: [], ok: false, problem: error.message, durationMs: 0 };
  }
}

/** The command that shows an edit to the suite by hand. */
export function commandOf(edit: Edit): readonly string[] {
  return ["node", "dist/conformance/mutants/testee.js", edit.name];
}

/** Runs the edits, `jobs` at a time, in their order. */
export async function measure(options: PowerOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...options.edits.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, edit] = next;
      const outcome = await outcomeOrMisfit(edit, options);
      outcomes[index] = outcome;
      options.onOutcome?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return outcomes;
}

const HELP = `Runs the suite against every mutant, which must be killed, and every legal variant, which must pass.

Usage: npm run power -- [--whole] [NAME...]

  NAME      only these, for example client/no-dedup (the files in conformance/mutants)
  --whole   every case against each mutant, instead of only those of its requirement
  --help    this

Exit codes: 0 all as they must be, 1 a survivor or a refused variant, 2 wrong use.
`;

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((each) => each.startsWith("--") && !/^--(?:whole|help)$/u.test(each));
  if (args.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  if (unknown !== undefined) {
    process.stderr.write(`latido: unknown flag ${unknown}; --help lists the flags\n`);
    return 2;
  }
  const names = args.filter((each) => !each.startsWith("--"));
  const all = [...mutants(), ...variants()];
  const edits = names.length === 0 ? all : all.filter((each) => names.includes(each.name));
  if (edits.length < names.length || edits.length === 0) {
    process.stderr.write(
      "latido: a name matches no mutant; the files in conformance/mutants name them\n",
    );
    return 2;
  }
  const outcomes = await measure({
    edits,
    whole: args.includes("--whole"),
    hangMs: 2_000,
    jobs: 2,
    onOutcome: ({ edit, cases, ok, problem, durationMs }) => {
      const verdict = isVariant(edit) ? "accepted" : "killed";
      const about = isVariant(edit) ? "" : ` ${edit.requirements.join(" ")} by ${cases.join(", ")}`;
      const line = ok
        ? `${verdict.padEnd(9)} ${edit.name}${about}`
        : `FAILED    ${edit.name}: ${problem ?? ""} ${cases.join(", ")}`;
      process.stdout.write(`${line} (${durationMs} ms)\n`);
    },
  });
  const failed = outcomes.filter((each) => !each.ok).length;
  process.stdout.write(`${outcomes.length} edits, ${failed} not as they must be\n`);
  return failed === 0 ? 0 : 1;
}

if (process.argv[1] === join(packageRoot(), "dist", "conformance", "mutants", "power.js")) {
  process.exitCode = await main(process.argv.slice(2));
}

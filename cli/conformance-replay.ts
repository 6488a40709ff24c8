import { Command, CommanderError } from "commander";

import { counted } from "../conformance/counted.js";
import {
  readReplay,
  repeated,
  repeatedText,
  type Before,
  type Repeated,
  type Repetition,
  type RunResult,
} from "../conformance/index.js";
import type * as Search from "../world/search.js";
import type * as TraceFile from "../world/trace-file.js";
import { UsageError } from "./usage-error.js";

interface ReplayFlags {
  readonly case?: readonly string[];
  readonly json?: boolean;
}

/** Makes `latido conformance` anew, telling each run to a listener. */
export type Suite = (onRun: (run: RunResult) => void) => Command;

const HELP = `
FILE is results.json, a case's trace (traces/*.jsonl of --out) or a simulated world's trace.
Without --case every case that did not pass is repeated, with its seed and against the same target;
after -- stands another one, for example: latido conformance replay out/results.json -- ./adapter
Keys and secrets are in no report: give them in LATIDO_API_KEY, LATIDO_TOKEN_SECRET, LATIDO_TOKEN_COMMAND.

Exit codes: those of the run that repeats the cases; for a world 0 or 1.`;

/** `latido conformance replay`: repeats what failed. */
export function replayCommand(suite: Suite, collect: (text: string) => readonly string[]): Command {
  return new Command("replay")
    .description("repeat the failed cases of a run, or a simulated world, from its file")
    .usage("[options] <file> [-- <target...>]")
    .argument("<file>", "results.json or a trace")
    .argument("[target...]", "another target, after --")
    .option(
      "--case <pattern>",
      "only cases whose id fits, * for anything; may be repeated",
      collect,
    )
    .option("--json", "print one JSON object instead of text")
    .addHelpText("after", HELP)
    .action(async (file: string, target: string[], flags: ReplayFlags) => {
      const replay = readReplay(file, { cases: flags.case ?? [], target });
      process.exitCode =
        replay.kind === "world"
          ? await repeatWorld(file, flags)
          : await repeatCases(file, replay.repetitions, suite, flags);
    });
}

/** From here on an exit code says that a signal ended the run: what is left is not begun. */
const LEAST_SIGNAL_EXIT = 128;

/** From the best exit code to the worst. */
const EXIT_RANK: readonly number[] = [0, 3, 1, 4];

async function repeatCases(
  file: string,
  repetitions: readonly Repetition[],
  suite: Suite,
  { json }: ReplayFlags,
): Promise<number> {
  const rows: Repeated[] = [];
  let exitCode = 0;
  for (const { args, cases } of repetitions) {
    const seen = new Map<string, Before>();
    const command = suite((run) => {
      for (const each of run.cases) seen.set(each.id, each);
    });
    await perform(command, json ? withJson(args) : args, file);
    const code = Number(process.exitCode ?? 0);
    if (code >= LEAST_SIGNAL_EXIT) return code;
    if (EXIT_RANK.indexOf(code) > EXIT_RANK.indexOf(exitCode)) exitCode = code;
    rows.push(...cases.map((each) => repeated(each, seen.get(each.id))));
  }
  const text = json
    ? JSON.stringify({ exitCode, cases: rows }, undefined, 2)
    : `\n${rows.map(repeatedText).join("\n")}`;
  process.stdout.write(`${text}\n`);
  return exitCode;
}

/** What a file says of its run is not to be trusted: a mistake in it is the file's. */
async function perform(command: Command, args: readonly string[], file: string): Promise<void> {
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ outputError: () => undefined });
  }
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(`${file} names a run that cannot be repeated: ${error.message}`);
  }
}

function withJson([command = "", ...rest]: readonly string[]): readonly string[] {
  return [command, "--json", ...rest];
}

async function repeatWorld(file: string, { json }: ReplayFlags): Promise<number> {
  const { replayTrace, describeViolations } = await simulatedWorld(file);
  const { head, violations, differsAt, steps } = await replayTrace(file).catch((error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot run the world of ${file} again: ${problem}`);
  });
  const { seed } = head.plan;
  const same = differsAt === undefined ? "every step the same" : `line ${differsAt} differs`;
  const text = json
    ? JSON.stringify({ seed, steps, differsAt, violations }, undefined, 2)
    : [
        `a simulated world, seed ${seed}, ${counted(steps, "step")}: ${same}`,
        violations.length === 0 ? "no rule broken" : describeViolations(violations),
        `the same in a checkout: npm run world -- --replay ${file}`,
      ].join("\n");
  process.stdout.write(`${text}\n`);
  return differsAt === undefined && violations.length === 0 ? 0 : 1;
}

/** The simulated world, which the published package does not hold. */
async function simulatedWorld(
  file: string,
): Promise<Pick<typeof TraceFile, "replayTrace"> & Pick<typeof Search, "describeViolations">> {
  try {
    const { replayTrace } = await import("../world/trace-file.js");
    const { describeViolations } = await import("../world/search.js");
    return { replayTrace, describeViolations };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const text = "the simulated world is not part of the package";
    throw new UsageError(`${text}; in a checkout: npm run world -- --replay ${file}`);
  }
}

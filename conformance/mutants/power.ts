// `npm run power`: measures the suite. Every mutant must be killed by a check that cites its requirement,
// and every legal variant must pass in full. The result is the matrix: signatures.json and power.md.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { loadCases } from "../cases/load.js";
import { counted } from "../counted.js";
import { packageRoot } from "../package-root.js";
import { mutants, variants, type Edit } from "./bank.js";
import { writeMatrix } from "./matrix.js";
import { readRecord, recorded, staleEdits, writeRecord } from "./record.js";
import {
  citing,
  isVariant,
  neighbourhood,
  tryEdit,
  type Trial,
  type TrialOptions,
} from "./trial.js";

export interface PowerOptions {
  readonly edits: readonly Edit[];
  /** Try every case of the edit's areas, as the matrix does; else only until it is killed. */
  readonly forRecord: boolean;
  readonly hangMs: number;
  readonly jobs: number;
  readonly onTrial?: (trial: Trial) => void;
}

const HANG_MS = 2_000;
/** A long run that is stopped has lost no more than these. */
const SAVED_AT_ONCE = 10;

/** Tries the edits, `jobs` at a time; returns them in their order. */
export async function measure(options: PowerOptions): Promise<readonly Trial[]> {
  const all = loadCases();
  const trials: Trial[] = [];
  const waiting = [...options.edits.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, edit] = next;
      const given: TrialOptions = {
        edit,
        cases: options.forRecord ? neighbourhood(edit, all) : citing(edit, all),
        hangMs: options.hangMs,
        stopWhenKilled: !options.forRecord,
      };
      const trial = await tryEdit(given);
      trials[index] = trial;
      options.onTrial?.(trial);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return trials;
}

const HELP = `Runs the suite against every mutant, which must be killed by a check that cites its requirement, and
every legal variant, which must pass in full.

Usage: npm run power -- [--stale] [--jobs N]     the matrix: writes conformance/power.md and signatures.json
       npm run power -- [--jobs N] NAME...       only these, for example client/no-dedup or server/variant-*;
                                                 writes nothing unless --stale is given

  --stale   only what has changed since the matrix was written; may be stopped and started again
  --jobs N  how many at a time (default: one a core)
  --json    one JSON object instead of text
  --help    this

Exit codes: 0 all as they must be, 1 a survivor or a refused variant, 2 wrong use.
`;

function trialLine({ edit, failing, durationMs, problem, missing }: Trial): string {
  if (missing !== undefined) return `SKIPPED   ${edit.name}: ${missing}`;
  if (problem !== undefined) return `FAILED    ${edit.name}: ${problem} (${durationMs} ms)`;
  if (isVariant(edit)) return `accepted  ${edit.name} (${durationMs} ms)`;
  const killers = failing
    .filter(({ cites }) => cites.some((id) => edit.requirements.includes(id)))
    .map((each) => each.case);
  return `killed    ${edit.name} ${edit.requirements.join(" ")} by ${killers.join(", ")} (${durationMs} ms)`;
}

class Mistake extends Error {}

interface Request {
  readonly edits: readonly Edit[];
  readonly forRecord: boolean;
  readonly jobs: number;
  readonly json: boolean;
}

function requested(args: readonly string[]): Request | "help" {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stale: { type: "boolean", default: false },
        jobs: { type: "string", default: String(availableParallelism()) },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Mistake(error instanceof Error ? error.message.split(". ")[0] : String(error));
  }
  const { values, positionals: names } = parsed;
  if (values.help) return "help";
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) {
    throw new Mistake(`--jobs is ${values.jobs}; allowed is a whole number from 1 to 64`);
  }
  const all = [...mutants(), ...variants()];
  const fits = (name: string, edit: Edit): boolean =>
    name.endsWith("*") ? edit.name.startsWith(name.slice(0, -1)) : edit.name === name;
  const unknown = names.find((name) => !all.some((edit) => fits(name, edit)));
  if (unknown !== undefined) {
    throw new Mistake(`no mutant is called ${unknown}; the files in conformance/mutants name them`);
  }
  const named =
    names.length === 0 ? all : all.filter((edit) => names.some((name) => fits(name, edit)));
  const edits = values.stale ? staleEdits(named, readRecord()) : named;
  return { edits, forRecord: names.length === 0 || values.stale, jobs, json: values.json };
}

async function main(args: readonly string[]): Promise<number> {
  const request = requested(args);
  if (request === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const { edits, forRecord, jobs, json } = request;
  let done = 0;
  const unsaved: Trial[] = [];
  const save = (): void => {
    writeRecord(recorded(readRecord(), [...mutants(), ...variants()], unsaved.splice(0)));
  };
  const trials = await measure({
    edits,
    forRecord,
    hangMs: HANG_MS,
    jobs,
    onTrial: (trial) => {
      done += 1;
      if (forRecord && unsaved.push(trial) >= SAVED_AT_ONCE) save();
      if (!json) process.stdout.write(`${trialLine(trial)}\n`);
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done}/${edits.length}\r`);
    },
  });
  const failed = trials.filter(({ problem }) => problem !== undefined);
  if (forRecord) {
    save();
    writeMatrix(readRecord());
  }
  if (json) {
    const found = trials.map(({ edit, ...rest }) => ({ name: edit.name, ...rest }));
    process.stdout.write(`${JSON.stringify({ edits: found, failed: failed.length })}\n`);
  } else {
    const skipped = trials.filter(({ missing }) => missing !== undefined).length;
    const told = skipped === 0 ? "" : `, ${skipped} skipped`;
    process.stdout.write(
      `${counted(trials.length, "edit")}, ${failed.length} not as they must be${told}\n`,
    );
  }
  return failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === join(packageRoot(), "dist", "conformance", "mutants", "power.js")) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    process.stderr.write(`latido: ${error.message}; --help lists the flags\n`);
    process.exitCode = 2;
  }
}

import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { separateCores } from "./cores.js";
import { loadUws } from "../server/transports/uws-native.js";
import { JOBS, type Job } from "./jobs.js";
import { measure, type Effort, type JobResult } from "./measure.js";
import { exitCode, resultsText } from "./report.js";

const FULL: Effort = { rounds: 15, sliceMs: 1_000, warmMs: 2_000 };
const QUICK: Effort = { rounds: 5, sliceMs: 600, warmMs: 800 };

const HELP = `Measures the server's CPU for one operation against bare uWebSockets.js in the same run.

Usage: npm run bench -- [--quick] [--only NAME] [--rounds N] [--against FOLDER] [--json]

  --quick           ${QUICK.rounds} rounds of ${QUICK.sliceMs / 1_000} s a server instead of ${FULL.rounds} of ${FULL.sliceMs / 1_000} s
  --only NAME       one job: ${JOBS.map(({ name }) => name).join(", ")}; may be repeated
  --rounds N        another number of rounds, 1 to 999
  --against FOLDER  another checkout, built, is measured beside this one
  --json            one JSON object instead of text
  --help            this

Exit codes: 0 every gate is met, 1 one is missed, 2 wrong use, 3 two equal servers differed too much,
4 nothing could be measured.
`;

class Misuse extends Error {}

interface Wanted {
  readonly jobs: readonly Job[];
  readonly effort: Effort;
  readonly against: string | undefined;
  readonly json: boolean;
}

function wanted(): Wanted | undefined {
  const { values } = given();
  if (values.help) return undefined;
  const effort = values.quick ? QUICK : FULL;
  const { rounds = String(effort.rounds) } = values;
  if (!/^[1-9][0-9]{0,2}$/u.test(rounds)) {
    throw new Misuse(`--rounds is ${rounds}; allowed is a whole number from 1 to 999`);
  }
  return {
    jobs: values.only === undefined ? JOBS : values.only.map(jobNamed),
    effort: { ...effort, rounds: Number(rounds) },
    against: values.against === undefined ? undefined : builtServer(values.against),
    json: values.json,
  };
}

function given() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
        rounds: { type: "string" },
        against: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Misuse(`${text}; --help lists the flags`);
  }
}

function jobNamed(name: string): Job {
  const job = JOBS.find((other) => other.name === name);
  if (job !== undefined) return job;
  throw new Misuse(`--only is ${name}; allowed is ${JOBS.map((other) => other.name).join(", ")}`);
}

function builtServer(folder: string): string {
  const module = resolve(folder, "dist/server/index.js");
  if (existsSync(module)) return module;
  throw new Misuse(`--against is ${folder}, which has no dist/server/index.js; build it first`);
}

async function run({ jobs, effort, against, json }: Wanted): Promise<number> {
  const uws = loadUws();
  if ("reason" in uws) {
    throw new Error(
      `uWebSockets.js does not load here, and all is measured against it: ${uws.reason}`,
    );
  }
  const cores = separateCores();
  const lines = process.stderr.isTTY && !json;
  if (cores.lacks !== undefined) {
    process.stderr.write(`server and load share their cores: ${cores.lacks}; expect unrest\n`);
  }
  const results: JobResult[] = [];
  for (const job of jobs) {
    const progress = (text: string): void => {
      if (lines) process.stderr.write(`\r\u001b[K${text}`);
    };
    results.push(await measure(job, { ...effort, cores, against, progress }));
    progress("");
  }
  const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, node: process.version };
  const date = new Date().toISOString();
  process.stdout.write(
    json
      ? `${JSON.stringify({ date, machine, effort, pinned: cores.lacks === undefined, results })}\n`
      : `${date.slice(0, 10)}, Node ${machine.node}, ${machine.cores} cores of ${machine.cpu}\n` +
          resultsText(results),
  );
  return exitCode(results);
}

try {
  const asked = wanted();
  if (asked === undefined) process.stdout.write(HELP);
  else process.exitCode = await run(asked);
} catch (error) {
  const { message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`bench: ${message}\n`);
  process.exitCode = error instanceof Misuse ? 2 : 4;
}

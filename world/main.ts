import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { counted } from "../conformance/counted.js";
import { checkWritable, makeFolder } from "../conformance/output-folder.js";
import { writeFault } from "../conformance/platform-fault.js";
import { describeViolations, searchSeeds, shrinkFinding, type Finding } from "./search.js";
import { replayTrace, writeTrace } from "./trace-file.js";

const HELP = `Runs simulated worlds from seeds and judges their histories.

Usage: npm run world -- [--seeds N] [--from N] [--jobs N] [--out FOLDER] [--json]
       npm run world -- --replay FILE

  --seeds N      how many worlds (default 1000)
  --from N       the first seed (default 1)
  --jobs N       how many threads (default 1)
  --out FOLDER   where the trace of a failure goes (default out)
  --replay FILE  runs the world of a trace again and compares every step
  --json         one JSON object instead of text
  --help         this

Exit codes: 0 no rule was broken, 1 a rule was broken or a replay differs, 2 wrong use.
`;

/** A batch of seeds for a thread, and what it says about them. */
interface Batch {
  readonly from: number;
  readonly count: number;
}

type Report = { readonly ran: number } | { readonly finding: Finding } | { readonly done: true };

const PROGRESS_EVERY = 50;

async function work({ from, count }: Batch): Promise<void> {
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  let ran = 0;
  const finding = await searchSeeds(seeds, () => {
    ran += 1;
    if (ran % PROGRESS_EVERY === 0) tell({ ran: PROGRESS_EVERY });
  });
  tell(finding === undefined ? { done: true } : { finding });
}

function tell(report: Report): void {
  parentPort?.postMessage(report);
}

function search(seeds: number, from: number, jobs: number): Promise<Finding | undefined> {
  const share = Math.ceil(seeds / jobs);
  let ran = 0;
  const workers: Worker[] = [];
  const searches = Array.from({ length: jobs }, (_, index) => {
    const batch: Batch = {
      from: from + index * share,
      count: Math.max(0, Math.min(share, seeds - index * share)),
    };
    const worker = new Worker(new URL(import.meta.url), { workerData: batch });
    workers.push(worker);
    return new Promise<Finding | undefined>((resolve, reject) => {
      worker.once("error", reject);
      worker.on("message", (report: Report) => {
        if ("ran" in report) {
          ran += report.ran;
          if (process.stderr.isTTY) process.stderr.write(`\r${ran} of ${seeds} worlds`);
          return;
        }
        if ("finding" in report) for (const other of workers) void other.terminate();
        resolve("finding" in report ? report.finding : undefined);
      });
      worker.once("exit", () => {
        resolve(undefined);
      });
    });
  });
  return Promise.all(searches).then((findings) => {
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    return findings.find((finding) => finding !== undefined);
  });
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      out: { type: "string", default: "out" },
      replay: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.replay !== undefined) return replay(values.replay, values.json);
  const seeds = wholeNumber("--seeds", values.seeds, 1, 100_000_000);
  const from = wholeNumber("--from", values.from, 0, 4_294_967_295);
  const jobs = wholeNumber("--jobs", values.jobs, 1, 64);
  requireWritable(values.out);
  const finding = await search(seeds, from, jobs);
  if (finding === undefined) {
    say(
      values.json,
      { seeds, from, violations: [] },
      `${counted(seeds, "world")} from seed ${from}: no rule broken`,
    );
    return 0;
  }
  const plan = await shrinkFinding(finding);
  makeFolder(values.out);
  const file = join(values.out, `world-${finding.seed}.jsonl`);
  await writeTrace(file, plan);
  say(
    values.json,
    { ...finding, actions: plan.actions.length, trace: file },
    `seed ${finding.seed} breaks\n${describeViolations(finding.violations)}\n` +
      `  shrunk to ${counted(plan.actions.length, "action")} and ${counted(plan.clients.length, "client")}\n` +
      `  repeat: npm run world -- --replay ${file}`,
  );
  return 1;
}

/** Before the search, which may have taken hours when it has something to write. */
function requireWritable(out: string): void {
  try {
    checkWritable(out);
  } catch (error) {
    throw new Error(`cannot write to --out ${out}: ${writeFault(error)}`, { cause: error });
  }
}

async function replay(file: string, json: boolean): Promise<number> {
  const { head, violations, differsAt, steps } = await replayTrace(file);
  const same = differsAt === undefined ? "every step the same" : `line ${differsAt} differs`;
  say(
    json,
    { seed: head.plan.seed, steps, differsAt, violations },
    `seed ${head.plan.seed}, ${counted(steps, "step")}: ${same}\n${describeViolations(violations)}`,
  );
  return differsAt === undefined && violations.length === 0 ? 0 : 1;
}

function say(json: boolean, data: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${flag} is ${text}; allowed is a whole number from ${least} to ${most}`);
  }
  return value;
}

if (isMainThread) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`world: ${text.split("\n")[0] ?? text}; --help lists the flags\n`);
    process.exitCode = 2;
  }
} else {
  await work(workerData as Batch);
}

// `npm run conformance:repeat -- --times 50`: the suite on the reference implementation, over and over, while
// another core is kept busy. Any case that does not pass every time is a flake.

import { loadCases } from "../cases/load.js";
import { INTERRUPT_EXITS, onInterrupt, type Interrupt } from "../children.js";
import { loadContract } from "../contract.js";
import { counted } from "../counted.js";
import { runDriven } from "../driven/run.js";
import { chooseCases } from "../runner/choose.js";
import { judge, type RunOnce } from "../runner/judge.js";
import { DEFAULT_HANG_MS } from "../runner/options.js";
import { EXIT, type RunResult } from "../runner/verdict.js";
import { randomSeed } from "../seeded.js";
import { runServer } from "../server-tier/run.js";
import { SETTINGS_PLACEHOLDER } from "../server-tier/subject.js";
import { keepCoreBusy } from "./busy-core.js";
import { figuresOf, figuresText } from "./figures.js";

const HELP = `Runs the suite on the reference implementation over and over, while another core is kept busy.

Usage: npm run conformance:repeat -- [--times N] [--tier driven|server] [--seed N] [--idle]

  --times N   rounds (default 50)
  --tier T    driven (the TypeScript client, the default) or server
  --seed N    of the first round; each has the next, and an order of its own
  --idle      keep no core busy
  --help      this

Exit codes: 0 every case passed in every round, 1 a flake, 2 wrong use, 3 the suite ended
early without a flake, 130 and 143 it was interrupted without one.
`;

const TESTEE = ["node", "dist/conformance/testees/typescript/main.js"];
const SERVER = ["node", "bin/latido.js", "serve", "--json", "--port", "0"];

type Tier = "driven" | "server";

interface Wanted {
  readonly times: number;
  readonly tier: Tier;
  readonly seed: number;
  readonly busy: boolean;
}

const runners: Readonly<Record<Tier, RunOnce>> = {
  driven: (options) =>
    runDriven({
      ...options,
      testee: { kind: "command", command: TESTEE, driver: "stdio" },
      target: TESTEE.join(" "),
    }),
  server: (options) => {
    const command = [...SERVER, "--config", SETTINGS_PLACEHOLDER];
    return runServer({ ...options, subject: { kind: "command", command, event: "chat_message" } });
  },
};

function wanted(args: readonly string[]): Wanted | string {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index] ?? "";
    if (name === "--idle") {
      given.set(name, "");
      continue;
    }
    if (!["--times", "--tier", "--seed"].includes(name)) return `unknown flag ${name}`;
    given.set(name, args[(index += 1)] ?? "");
  }
  const times = given.get("--times") ?? "50";
  const tier = given.get("--tier") ?? "driven";
  const seed = given.get("--seed") ?? String(randomSeed());
  if (!/^[1-9][0-9]{0,5}$/u.test(times)) return "--times takes a whole number from 1 to 999999";
  if (tier !== "driven" && tier !== "server") return "--tier takes driven or server";
  if (!/^[0-9]{1,10}$/u.test(seed)) return "--seed takes a whole number";
  return { times: Number(times), tier, seed: Number(seed), busy: !given.has("--idle") };
}

async function rounds({ times, tier, seed }: Wanted, stop: AbortSignal): Promise<RunResult[]> {
  const cases = chooseCases(loadCases(), { tier, cases: [], requirements: [] });
  const done: RunResult[] = [];
  const side = tier === "driven" ? "client" : "server";
  const command = (tier === "driven" ? TESTEE : [...SERVER, "--config", SETTINGS_PLACEHOLDER]).join(
    " ",
  );
  for (let round = 0; round < times && !stop.aborted; round += 1) {
    const run = await judge(
      {
        cases,
        contract: loadContract(),
        seed: (seed + round) % 2 ** 32,
        hangMs: DEFAULT_HANG_MS,
        signal: stop,
        repeat: (id, of) => `latido conformance ${side} --case ${id} --seed ${of} -- ${command}`,
      },
      { rounds: 1, shuffle: true },
      runners[tier],
    );
    done.push(run);
    const failed = run.cases.filter((each) => each.verdict !== "pass");
    const worst = failed.map((each) => `${each.id} ${each.verdict}`).join(", ");
    const line = `${round + 1}/${times} seed ${run.seed}: ${counted(run.cases.length, "case")} in ${(run.durationMs / 1000).toFixed(1)} s`;
    process.stdout.write(`${line}${worst === "" ? "" : `: ${worst}`}\n`);
    if (run.endedEarly !== undefined) break;
  }
  return done;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const given = wanted(args);
  if (typeof given === "string") {
    process.stderr.write(`latido: ${given}; --help lists the flags\n`);
    return 2;
  }
  const stop = new AbortController();
  let interruptedBy: Interrupt | undefined;
  onInterrupt((signal) => {
    interruptedBy = signal;
    stop.abort();
  });
  const rest = given.busy ? await keepCoreBusy() : undefined;
  try {
    const done = await rounds(given, stop.signal);
    const figures = figuresOf(done);
    const isShort = done.length < given.times;
    const endedEarly = done.at(-1)?.endedEarly ?? (isShort ? "interrupted" : undefined);
    process.stdout.write(`\n${figuresText(figures)}\n`);
    if (endedEarly !== undefined) {
      process.stdout.write(
        `ended early, in round ${done.length} of ${given.times}: ${endedEarly}\n`,
      );
    }
    if (figures.flakes.size > 0) return EXIT.violation;
    if (interruptedBy !== undefined) return INTERRUPT_EXITS[interruptedBy];
    return endedEarly === undefined ? EXIT.conformant : EXIT.incomplete;
  } finally {
    await rest?.();
  }
}

process.exitCode = await main(process.argv.slice(2));

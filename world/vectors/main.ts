import { join } from "node:path";
import { parseArgs } from "node:util";
import { readContract } from "../../codegen/contract.js";
import { frameVectors, frameVectorText } from "../../codegen/frame-vectors/frame-vectors.js";
import { packageRoot } from "../../conformance/package-root.js";
import { describeViolations } from "../search.js";
import { stepKinds } from "./features.js";
import { driftOf, type Texts, writeFolder } from "./folder.js";
import { recordWorld } from "./record.js";
import { readSeeds, writeSeeds } from "./seeds.js";
import { type Candidate, selectWorlds } from "./select.js";
import { fileNameOf, textOf } from "./vector-file.js";

const HELP = `Writes conformance/vectors/: traces of the client session, from the seeds in seeds.json,
and frames, from the schemas.

Usage: npm run vectors -- [--check] [--json]
       npm run vectors -- --choose N

  --check     changes nothing; names every file that differs, and ends 1 if any does
  --choose N  looks at the worlds of the seeds 1 to N and writes those to seeds.json that together
              take every row of the client's tables, and then differ most; then writes the vectors
  --json      one JSON object instead of text
  --help      this

Exit codes: 0 done, or nothing differs; 1 a file differs, or a world breaks a rule; 2 wrong use.
`;

const FOLDER = join(packageRoot(), "conformance", "vectors");
const SEEDS = join(FOLDER, "seeds.json");
const WANTED = { traces: 210, perRow: 3 };
/** A shorter trace shows too little to be counted. */
const LEAST_STEPS = 10;

class Mistake extends Error {}

async function choose(most: number): Promise<void> {
  const candidates: Candidate[] = [];
  for (let seed = 1; seed <= most; seed += 1) {
    const { vector, rows, violations } = await recordWorld(seed);
    if (violations.length > 0) continue; // short worlds do not all come to rest in their time
    candidates.push({
      seed,
      bytes: textOf(vector).length,
      traces: vector.traces.filter(({ steps }) => steps.length >= LEAST_STEPS).length,
      rows,
      kinds: stepKinds(vector),
    });
    if (process.stderr.isTTY && seed % 50 === 0) process.stderr.write(`\r${seed} of ${most}`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  writeSeeds(SEEDS, selectWorlds(candidates, WANTED));
}

/** @throws Mistake when a world breaks a rule: what is wrong is not for others to copy */
async function sessionTexts(): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const seed of readSeeds(SEEDS)) {
    const { vector, violations } = await recordWorld(seed);
    if (violations.length > 0) {
      throw new Mistake(
        `the world of seed ${seed} breaks a rule\n${describeViolations(violations)}`,
      );
    }
    texts.set(fileNameOf(seed), textOf(vector));
  }
  return texts;
}

function frameTexts(): Texts {
  const { contract, inputs } = readContract(join(packageRoot(), "asyncapi.yaml"));
  const texts = new Map<string, string>();
  for (const [name, vectors] of frameVectors(contract, inputs)) {
    texts.set(name, frameVectorText(vectors));
  }
  return texts;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: "boolean", default: false },
      choose: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.choose !== undefined) {
    if (!/^[1-9]\d{0,6}$/.test(values.choose) || values.check) {
      throw new Error(
        `--choose is ${values.choose}; it takes 1 to 9999999 and no --check beside it`,
      );
    }
    await choose(Number(values.choose));
  }
  const folders: readonly (readonly [string, Texts])[] = [
    ["session", await sessionTexts()],
    ["frames", frameTexts()],
  ];
  const drift = folders.flatMap(([name, texts]) =>
    driftOf(join(FOLDER, name), texts).map((file) => `${name}/${file}`),
  );
  if (!values.check) for (const [name, texts] of folders) writeFolder(join(FOLDER, name), texts);
  say(values.json, { files: sum(folders), drift, written: !values.check, seeds: readSeeds(SEEDS) });
  return values.check && drift.length > 0 ? 1 : 0;
}

interface Outcome {
  readonly files: number;
  readonly drift: readonly string[];
  readonly written: boolean;
  readonly seeds: readonly number[];
}

function say(json: boolean, outcome: Outcome): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
    return;
  }
  const { files, drift, written, seeds } = outcome;
  if (!written && drift.length > 0) {
    for (const file of drift) process.stdout.write(`conformance/vectors/${file} differs\n`);
    process.stdout.write("run: npm run vectors\n");
    return;
  }
  process.stdout.write(
    `seeds ${seeds.join(" ")}\n${files} files of vectors, ${drift.length} changed\n`,
  );
}

function sum(folders: readonly (readonly [string, Texts])[]): number {
  return folders.reduce((total, [, texts]) => total + texts.size, 0);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.exitCode = error instanceof Mistake ? 1 : 2;
  process.stderr.write(
    error instanceof Mistake
      ? `vectors: ${text}\n`
      : `vectors: ${text.split("\n")[0] ?? text}; --help lists the flags\n`,
  );
}

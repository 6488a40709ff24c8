// `npm run package:facts`: what the packed package weighs, for the README.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { packageRoot } from "../../codegen/package-root.js";
import { factsOf, staleFacts, writeFacts } from "./facts.js";
import type { PackageFacts } from "./facts.js";
import { installTarball, packTarball } from "./tarball.js";

const HELP = `Say what the package weighs: packed and unpacked size, dependencies, time to install.

Usage: npm run package:facts -- [flags]

  --write   write the marked block of README.md
  --check   exit 1 when README.md is more than a tenth off in size or counts; installs nothing
  --help    show this

Without flags the facts are written to standard output as JSON.
Exit codes: 0 done, 1 README.md is stale, 2 wrong use.
`;

/** Runs the command; gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (flags === undefined) {
    process.stderr.write("package:facts: it takes --write, --check or --help\n");
    return 2;
  }
  if (flags.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const facts = await measure(flags.check !== true);
  const file = join(packageRoot(), "README.md");
  const readme = readFileSync(file, "utf8");
  if (flags.check === true) {
    const stale = staleFacts(readme, facts);
    for (const line of stale) process.stderr.write(`${line}; npm run package:facts -- --write\n`);
    return stale.length === 0 ? 0 : 1;
  }
  if (flags.write === true) writeFileSync(file, writeFacts(readme, facts));
  else process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
  return 0;
}

function readFlags(
  args: readonly string[],
): { write?: boolean; check?: boolean; help?: boolean } | undefined {
  const options = {
    write: { type: "boolean" },
    check: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    return undefined;
  }
}

async function measure(install: boolean): Promise<PackageFacts> {
  const folder = mkdtempSync(join(tmpdir(), "latido-facts-"));
  try {
    const tarball = await packTarball(folder);
    if (!install) return factsOf(tarball, 0);
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const startedAt = performance.now();
    await installTarball(tarball, empty);
    return factsOf(tarball, Math.round((performance.now() - startedAt) / 1000));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));

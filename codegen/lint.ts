import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { EXIT, readFlags, runCommand } from "./command-line.js";
import { lintContract } from "./lint/lint-contract.js";
import { packageRoot } from "./package-root.js";
import { UsageError, formatProblem } from "./problem.js";

const HELP = `Check the contract: AsyncAPI document, schemas, tables, normative text, and citations.

Usage: npm run lint:contract -- [flags]

  --contract FILE     the AsyncAPI document; default: asyncapi.yaml
  --project FOLDER    folder whose files may cite requirements; default: this package
  --help              show this

Each problem is one line: file:line:column: what is wrong; what to write instead.
Exit codes: 0 right, 1 wrong, 2 wrong use.
`;

const FLAGS = {
  contract: { type: "string" },
  project: { type: "string" },
  help: { type: "boolean" },
} as const;

/** `npm run lint:contract`: gives the exit code. */
export async function lint(args: readonly string[]): Promise<number> {
  const flags = readFlags(args, FLAGS);
  if (flags.help === true) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const contract = String(flags.contract ?? join(packageRoot(), "asyncapi.yaml"));
  const project = String(flags.project ?? packageRoot());
  if (!existsSync(contract) || !statSync(contract).isFile()) {
    throw new UsageError(`--contract ${contract} is no file: name an AsyncAPI document`);
  }
  if (!existsSync(project) || !statSync(project).isDirectory()) {
    throw new UsageError(`--project ${project} is no folder: name one that is there`);
  }
  const { problems, frames, requirements, citations } = await lintContract(contract, project);
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (problems.length > 0) return EXIT.wrong;
  const counts = `${frames} frames, ${requirements} requirements, ${citations} citations`;
  process.stdout.write(`contract: ${counts}, no problem\n`);
  return EXIT.fine;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  await runCommand("lint:contract", () => lint(process.argv.slice(2)));
}

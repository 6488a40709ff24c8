// `node dist/conformance/mutants/testee.js client/no-dedup`: builds the mutant and becomes it.

import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

import { editNamed } from "./bank.js";
import { buildEdited } from "./build.js";
import { editedCommand } from "./edited.js";
import { UsageError } from "../usage-error.js";

/** Another program in the place of this one: its streams, its end. */
async function become([program = "", ...args]: readonly string[]): Promise<{
  readonly status: number | null;
  readonly signalCode: string | null;
}> {
  const child = spawn(program, args, { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signalCode) => {
      resolve({ status, signalCode });
    });
  });
}

const HELP = `Builds a mutant or a legal variant of the reference client or server, and becomes it.

Usage: node dist/conformance/mutants/testee.js NAME, for example client/no-dedup

The files in conformance/mutants name them all. Exit codes: its own; 2 wrong use.
`;

async function main([name]: readonly string[]): Promise<void> {
  if (name === "--help") {
    process.stdout.write(HELP);
    return;
  }
  if (name === undefined || name.startsWith("-")) {
    throw new UsageError("name a mutant first, for example client/no-dedup; --help says more");
  }
  const edit = editNamed(name);
  if (edit.language === "typescript") {
    await import(pathToFileURL(await buildEdited(edit)).href);
  } else {
    const { signalCode, status } = await become(await editedCommand(edit));
    process.exitCode = signalCode === null ? (status ?? 1) : 1;
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`latido: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

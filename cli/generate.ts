import { join } from "node:path";
import { Command, Option } from "commander";
import { packageRoot } from "../codegen/package-root.js";
import type { PackageNames } from "../codegen/package-names.js";
import type { Terminal } from "./terminal.js";

interface GenerateFlags {
  readonly contract: string;
  readonly language: string;
  readonly output: string;
  readonly package?: string;
  readonly module?: string;
  readonly check: boolean;
}

const OWN_CONTRACT = join(packageRoot(), "asyncapi.yaml");

const HELP = `
TypeScript needs the packages json-schema-to-typescript and prettier beside latido, other languages nothing.
Where @asyncapi/parser is installed, it checks the document as well.

Exit codes: 0 done, 1 --check found a difference, 2 wrong use or a wrong contract, with a line for each problem.`;

/** `latido generate`: a typed package from a contract, without the AsyncAPI Generator. */
export function generateCommand(terminal: Terminal): Command {
  return new Command("generate")
    .description("write types, validators, tables and a client from a contract")
    .addOption(
      new Option("--contract <file>", "AsyncAPI document").default(
        OWN_CONTRACT,
        "this package's own",
      ),
    )
    .option("--language <name>", "typescript, python or go", "typescript")
    .option("--package <name>", "name of the package where it is published")
    .option(
      "--module <name>",
      "name of a Python package in import statements, import path of a Go module",
    )
    .requiredOption("--output <folder>", "where to write; only generated files are replaced")
    .option("--check", "write nothing; exit 1 and name every file that would change", false)
    .addHelpText("after", HELP)
    .action(async (flags: GenerateFlags) => {
      await generate(flags, terminal);
    });
}

async function generate(flags: GenerateFlags, terminal: Terminal): Promise<void> {
  const { generatePackage } = await import("../codegen/index.js");
  const result = await generatePackage({ ...flags, names: namesOf(flags) });
  for (const { kind, path } of result.drifts) {
    terminal.out(`${flags.check ? kind : WRITTEN[kind]}: ${path}\n`);
  }
  if (flags.check && result.drifts.length > 0) process.exitCode = 1;
  if (result.drifts.length === 0) terminal.out(`${result.files} files, nothing to change\n`);
}

function namesOf({ package: name, module }: GenerateFlags): PackageNames {
  return {
    ...(name === undefined ? {} : { package: name }),
    ...(module === undefined ? {} : { module }),
  };
}

const WRITTEN = { missing: "wrote", changed: "wrote", stale: "deleted" } as const;

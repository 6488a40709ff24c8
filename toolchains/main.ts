// `npm run languages`: checks the generated package of every language whose toolchain is present.

import { parseArgs } from "node:util";

import { packageRoot } from "../codegen/package-root.js";
import { go } from "./go.js";
import { python } from "./python.js";
import { runLanguages } from "./run-languages.js";
import type { LanguageResult, StepResult } from "./run-languages.js";
import { makeShell } from "./shell.js";
import type { Toolchain } from "./toolchain.js";

const TOOLCHAINS: readonly Toolchain[] = [python(packageRoot()), go(packageRoot())];

const NAMES = TOOLCHAINS.map(({ language }) => language);

const HELP = `Check the generated packages: formatter, linter, types, tests, the distributable, the driven suite.

Usage: npm run languages -- [flags]

  --only NAME   only this language (${NAMES.join(", ")}); may be given more than once
  --json        one JSON object instead of text
  --help        show this

A language whose toolchain is missing is named and skipped; with CI=true it fails. Each step is told
with its time where somebody watches; elsewhere only what failed or was skipped.

Exit codes: 0 all that ran passed, 1 a step failed or CI lacks a toolchain, 2 wrong use.
`;

/** Runs the command; gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args);
  if (typeof flags === "string") {
    process.stderr.write(`languages: ${flags}; --help lists the flags\n`);
    return 2;
  }
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const results = await runLanguages({
    toolchains: TOOLCHAINS.filter(({ language }) => flags.only.includes(language)),
    shell: makeShell({ folder: packageRoot() }),
    mustHaveAll: process.env.CI === "true",
    onStep: (language, step) => {
      if (!flags.json) tellStep(language, step);
    },
  });
  if (flags.json) process.stdout.write(`${JSON.stringify({ languages: results })}\n`);
  else results.forEach(tellLanguage);
  return results.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

interface Flags {
  readonly only: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

function readFlags(args: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const unknown = values.only?.find((name) => !NAMES.includes(name));
    if (unknown !== undefined) return `no language ${unknown}: choose one of ${NAMES.join(", ")}`;
    return { only: values.only ?? NAMES, json: values.json, help: values.help };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split(/[.\n]/u)[0] ?? "";
  }
}

function tellStep(language: string, { name, passed, tookMs, output }: StepResult): void {
  const seconds = (tookMs / 1000).toFixed(1);
  if (!passed)
    process.stderr.write(`${language} ${name}: FAILED (${seconds} s)\n${output ?? ""}\n`);
  else if (process.stdout.isTTY) process.stdout.write(`${language} ${name}: ${seconds} s\n`);
}

function tellLanguage({ language, outcome, missing }: LanguageResult): void {
  if (missing === undefined) return;
  const told = `${language}: ${outcome === "failed" ? "FAILED, " : "skipped, "}it needs ${missing}\n`;
  if (outcome === "failed") process.stderr.write(told);
  else process.stdout.write(told);
}

process.exitCode = await main(process.argv.slice(2));

// `latido conformance init`: a working adapter to begin with, one template folder for each language.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeFolder } from "../output-folder.js";
import { packageRoot, packageVersion } from "../package-root.js";
import { writeFault } from "../platform-fault.js";
import { UsageError } from "../usage-error.js";

/** Stands in the templates for the version of this package. */
const VERSION = "LATIDO_VERSION";

function startersFolder(): string {
  return join(packageRoot(), "conformance", "starters");
}

/** The languages that an adapter can be written in. */
export function starterLanguages(): readonly string[] {
  const entries = readdirSync(startersFolder(), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/**
 * Writes the adapter of a language into a folder, which is made where it is missing. Overwrites nothing.
 * @returns the files that were written
 * @throws UsageError for an unknown language, and for a file that is already there
 */
export function writeStarter(language: string, folder: string): readonly string[] {
  const languages = starterLanguages();
  if (!languages.includes(language)) {
    throw new UsageError(`init knows ${languages.join(", ")}, not ${language}`);
  }
  const template = join(startersFolder(), language);
  const names = readdirSync(template).sort();
  const taken = names.find((name) => existsSync(join(folder, name)));
  if (taken !== undefined) {
    throw new UsageError(
      `${join(folder, taken)} is already there; init overwrites nothing, name another folder`,
    );
  }
  try {
    makeFolder(folder);
    for (const name of names) {
      const text = readFileSync(join(template, name), "utf8").replaceAll(VERSION, packageVersion());
      writeFileSync(join(folder, name), text, { flag: "wx" });
    }
  } catch (error) {
    throw new UsageError(`cannot write into ${folder}: ${writeFault(error)}`, { cause: error });
  }
  return names;
}

/** What the command prints. */
export function starterText(folder: string, names: readonly string[]): string {
  return [
    ...names.map((name) => `wrote ${join(folder, name)}`),
    "",
    "Next:",
    ...stepsOf(names, folder),
  ].join("\n");
}

function stepsOf(names: readonly string[], folder: string): readonly string[] {
  if (names.includes("requirements.txt")) return pythonSteps(folder);
  return names.includes("adapter.go") ? goSteps(folder) : nodeSteps(folder);
}

function nodeSteps(folder: string): readonly string[] {
  return [
    `  cd ${folder} && npm install`,
    "  npm run doctor   # checks the adapter",
    "  npm test         # judges the client",
  ];
}

function pythonSteps(folder: string): readonly string[] {
  const adapter = ".venv/bin/python adapter.py";
  return [
    `  cd ${folder} && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`,
    `  npx latido conformance doctor -- ${adapter}   # checks the adapter`,
    `  npx latido conformance client -- ${adapter}   # judges the client`,
  ];
}

function goSteps(folder: string): readonly string[] {
  return [
    `  cd ${folder} && go mod init adapter && go mod tidy && go build -o adapter`,
    "  npx latido conformance doctor -- ./adapter   # checks the adapter",
    "  npx latido conformance client -- ./adapter   # judges the client",
  ];
}

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../codegen/package-root.js";
import { pythonInterpreter, PYTHON_MISSING } from "../../conformance/polyglot/python.js";

const GO_MISSING = "Go 1.24 or later";

/** What a tool of another language says, or what is missing to ask it. */
export type Checked = { readonly faults: readonly string[] } | { readonly missing: string };

/** Type-checks Python strictly, with the generated package at hand. */
export function checkPython(code: string): Checked {
  const mypy = join(packageRoot(), ".toolchains", "python", "bin", "mypy");
  if (!existsSync(mypy)) return { missing: PYTHON_MISSING };
  const cache = join(packageRoot(), ".toolchains", "cache", "mypy-samples");
  return ran(mypy, ["--strict", "--no-error-summary", "--cache-dir", cache, "-c", code]);
}

/** Says what gofmt finds; types are a matter of the tests that run a sample. */
export function checkGo(code: string): Checked {
  if (spawnSync("gofmt", ["-h"]).error !== undefined) return { missing: GO_MISSING };
  return ran("gofmt", ["-l", "-e"], code);
}

/** The interpreter that runs samples, or what is missing. */
export function python(): { readonly program: string } | { readonly missing: string } {
  const program = pythonInterpreter();
  return program === undefined ? { missing: PYTHON_MISSING } : { program };
}

/** The client of this checkout. */
const OWN = { name: "github.com/latido/latido-go", source: join(packageRoot(), "generated", "go") };

/**
 * Makes a folder a module that takes a client from another folder, as the pages about Go say.
 *
 * @param client import path of its module, and where it stands; default: that of this checkout
 * @returns what to run its programs with, or what is missing
 */
export function goModule(
  folder: string,
  { name, source }: { readonly name: string; readonly source: string } = OWN,
): { readonly environment: Readonly<Record<string, string>> } | { readonly missing: string } {
  if (spawnSync("go", ["version"]).error !== undefined) return { missing: GO_MISSING };
  const lines = ["module hello", "go 1.24", `require ${name} v0.0.0`];
  writeFileSync(
    join(folder, "go.mod"),
    [...lines, `replace ${name} => ${source}`, ""].join("\n\n"),
  );
  copyFileSync(join(source, "go.sum"), join(folder, "go.sum"));
  return { environment: { GOFLAGS: "-mod=mod", GOWORK: "off" } };
}

/** Passes over what cannot be tried here, by name; where everything must be, that fails. */
export function passOver(missing: string, skip: (note: string) => void): void {
  if (process.env.CI === "true") throw new Error(`${missing} is missing`);
  process.stderr.write(`samples without ${missing}\n`);
  skip(missing);
}

function ran(program: string, args: readonly string[], input?: string): Checked {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", input });
  const told = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  return { faults: status === 0 || told.length > 0 ? told : [`${program} ended with ${status}`] };
}

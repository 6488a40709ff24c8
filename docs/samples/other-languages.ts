import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../codegen/package-root.js";
import { pythonInterpreter, PYTHON_MISSING } from "../../conformance/polyglot/python.js";

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
  if (spawnSync("gofmt", ["-h"]).error !== undefined) return { missing: "Go (gofmt)" };
  return ran("gofmt", ["-l", "-e"], code);
}

/** The interpreter that runs samples, or what is missing. */
export function python(): { readonly program: string } | { readonly missing: string } {
  const program = pythonInterpreter();
  return program === undefined ? { missing: PYTHON_MISSING } : { program };
}

function ran(program: string, args: readonly string[], input?: string): Checked {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", input });
  const told = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  return { faults: status === 0 || told.length > 0 ? told : [`${program} ended with ${status}`] };
}

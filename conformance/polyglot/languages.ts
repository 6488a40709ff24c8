// The testees of every language, with what this machine lacks to run one.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildReference } from "../mutants/build.js";
import { packageRoot } from "../package-root.js";
import { buildGoTestee, GO_MISSING, GO_TESTEE, hasGo } from "./go.js";
import { PYTHON_MISSING, PYTHON_TESTEE, pythonInterpreter } from "./python.js";

/** How the testee of a language is run, or what is missing for it. */
export type Runnable =
  | { readonly language: string; readonly command: readonly string[] }
  | { readonly language: string; readonly missing: string };

export interface Language {
  readonly name: string;
  find(): Runnable | Promise<Runnable>;
}

export const LANGUAGES: readonly Language[] = [
  {
    name: "typescript",
    find: async () => ({
      language: "typescript",
      command: [process.execPath, await buildReference("client")],
    }),
  },
  { name: "python", find: () => python() },
  { name: "go", find: () => go() },
];

function python(): Runnable {
  const testee = join(packageRoot(), PYTHON_TESTEE);
  if (!existsSync(testee)) return { language: "python", missing: PYTHON_TESTEE };
  const interpreter = pythonInterpreter();
  if (interpreter === undefined) return { language: "python", missing: PYTHON_MISSING };
  return { language: "python", command: [interpreter, "-B", testee] };
}

function go(): Runnable {
  const root = packageRoot();
  if (!existsSync(join(root, GO_TESTEE))) return { language: "go", missing: GO_TESTEE };
  if (!hasGo()) return { language: "go", missing: GO_MISSING };
  // Not in dist/, all of which is packed.
  return { language: "go", command: [buildGoTestee(join(root, ".toolchains", "chat", "go"))] };
}

/** A missing toolchain may be passed over where a person works, and nowhere else. */
export function mayBeMissing(): boolean {
  return process.env.CI !== "true";
}

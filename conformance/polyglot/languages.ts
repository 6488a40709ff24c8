// The testees of every language, with what this machine lacks to run one.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildReference } from "../mutants/build.js";
import { packageRoot } from "../package-root.js";
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
];

function python(): Runnable {
  const testee = join(packageRoot(), PYTHON_TESTEE);
  if (!existsSync(testee)) return { language: "python", missing: PYTHON_TESTEE };
  const interpreter = pythonInterpreter();
  if (interpreter === undefined) return { language: "python", missing: PYTHON_MISSING };
  return { language: "python", command: [interpreter, "-B", testee] };
}

/** A missing toolchain may be passed over where a person works, and nowhere else. */
export function mayBeMissing(): boolean {
  return process.env.CI !== "true";
}

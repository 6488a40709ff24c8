// The testees of every language, with what this machine lacks to run one.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildReference } from "../mutants/build.js";
import { packageRoot } from "../package-root.js";

/** Where the pinned tools of each language stand (`npm run languages` makes it). */
const TOOLCHAINS = join(packageRoot(), ".toolchains");

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

/** The interpreter that can run the generated package: the pinned one, else that of the machine. */
export function pythonInterpreter(): string | undefined {
  const candidates = [join(TOOLCHAINS, "python", "bin", "python"), "python3"];
  return candidates.find((program) => {
    if (program.includes("/") && !existsSync(program)) return false;
    return spawnSync(program, ["-c", "import msgspec, websockets"]).status === 0;
  });
}

export const PYTHON_TESTEE = "conformance/testees/python/main.py";

function python(): Runnable {
  const testee = join(packageRoot(), PYTHON_TESTEE);
  if (!existsSync(testee)) return { language: "python", missing: PYTHON_TESTEE };
  const interpreter = pythonInterpreter();
  if (interpreter === undefined) {
    return {
      language: "python",
      missing: "Python 3.11 with msgspec and websockets (npm run languages)",
    };
  }
  return { language: "python", command: [interpreter, "-B", testee] };
}

/** A missing toolchain may be passed over where a person works, and nowhere else. */
export function mayBeMissing(): boolean {
  return process.env.CI !== "true";
}

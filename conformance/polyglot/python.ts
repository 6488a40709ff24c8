// What this machine has to run the Python testee.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../package-root.js";

export const PYTHON_TESTEE = "conformance/testees/python/main.py";
export const PYTHON_MISSING = "Python 3.11 with msgspec and websockets (npm run languages)";

/** The interpreter that can run the generated package: the pinned one, else that of the machine. */
export function pythonInterpreter(): string | undefined {
  const pinned = join(packageRoot(), ".toolchains", "python", "bin", "python");
  const candidates = [...(existsSync(pinned) ? [pinned] : []), "python3"];
  return candidates.find(
    (program) => spawnSync(program, ["-c", "import msgspec, websockets"]).status === 0,
  );
}

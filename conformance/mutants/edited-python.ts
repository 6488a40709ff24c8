// The Python testee over a copy of the Python package that has one edit.

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { packageRoot } from "../package-root.js";
import { PYTHON_MISSING, PYTHON_TESTEE, pythonInterpreter } from "../polyglot/python.js";
import { applied, type Edit } from "./bank.js";
import { ToolchainMissing } from "./toolchain-missing.js";

const PACKAGE = "generated/python";

/** Runs a script with other folders to import from first: its own, and that of the copy. */
const RUN =
  "import runpy, sys; sys.path[:0] = sys.argv[2:4]; runpy.run_path(sys.argv[1], run_name='__main__')";

/**
 * Copies the package, applies the edit there, and names the command of the testee that imports it.
 * @throws ToolchainMissing where nothing here can run it
 */
export function editedPython(edit: Edit): readonly string[] {
  const contents = applied(edit);
  const interpreter = pythonInterpreter();
  if (interpreter === undefined) throw new ToolchainMissing("python", PYTHON_MISSING);
  const root = packageRoot();
  const copy = join(root, "dist", "mutants", edit.name.replace("/", "-"));
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, PACKAGE), copy, { recursive: true });
  writeFileSync(join(copy, edit.file.slice(PACKAGE.length + 1)), contents);
  const testee = join(root, PYTHON_TESTEE);
  return [interpreter, "-B", "-c", RUN, testee, join(copy, "src"), dirname(testee)];
}

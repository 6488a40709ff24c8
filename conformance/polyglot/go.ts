// What this machine has to build the Go testee, and how it is built.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { packageRoot } from "../package-root.js";

export const GO_TESTEE = "conformance/testees/go";
export const GO_PACKAGE = "generated/go";
export const GO_MISSING = "Go 1.24 or later (npm run languages)";

/** As go.mod of the testee names the package. */
const REPLACED = `../../../${GO_PACKAGE}`;

export function hasGo(): boolean {
  return spawnSync("go", ["version"]).status === 0;
}

/**
 * Builds the testee with the package of a folder.
 * @param output where the program is written
 * @param packageFolder absolute; by default the generated package of this checkout
 * @throws Error with what the compiler says
 */
export function buildGoTestee(
  output: string,
  packageFolder = join(packageRoot(), GO_PACKAGE),
): string {
  const testee = join(packageRoot(), GO_TESTEE);
  const modules = `${output}.mod`;
  mkdirSync(dirname(output), { recursive: true });
  const wanted = readFileSync(join(testee, "go.mod"), "utf8").replace(REPLACED, packageFolder);
  writeFileSync(modules, wanted);
  writeFileSync(`${output}.sum`, readFileSync(join(testee, "go.sum")));
  const args = ["build", `-modfile=${modules}`, "-o", output, "."];
  const built = spawnSync("go", args, { cwd: testee, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`go ${args.join(" ")}: ${built.stderr}`);
  return output;
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { packageRoot } from "./package-root.js";

/** Builds codegen for tests of what runs as it is built: templates, commands, functions of Spectral. */
export function buildCodegen(): void {
  const root = packageRoot();
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.codegen.json")]);
}

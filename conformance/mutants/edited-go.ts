// The Go testee over a copy of the Go module that has one edit.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../package-root.js";
import { buildGoTestee, GO_MISSING, GO_PACKAGE, hasGo } from "../polyglot/go.js";
import { applied, type Edit } from "./bank.js";
import { ToolchainMissing } from "./toolchain-missing.js";

/**
 * Copies the module, applies the edit there, and builds the testee with it.
 * @throws ToolchainMissing where nothing here can build it
 */
export function editedGo(edit: Edit): readonly string[] {
  const contents = applied(edit);
  if (!hasGo()) throw new ToolchainMissing("go", GO_MISSING);
  const root = packageRoot();
  const copy = join(root, "dist", "mutants", edit.name.replace("/", "-"));
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, GO_PACKAGE), copy, { recursive: true });
  writeFileSync(join(copy, edit.file.slice(GO_PACKAGE.length + 1)), contents);
  return [buildGoTestee(`${copy}-testee`, copy)];
}

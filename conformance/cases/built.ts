// cases.json: every case, expanded, with what the cases take for granted. The build makes it, the package
// ships it, and the runner reads it.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../json.js";
import type { Profile } from "../profiles/profile.js";
import type { Case } from "./case.js";

export interface Suite {
  readonly format: 1;
  readonly suiteVersion: string;
  readonly driverProtocol: number;
  readonly variables: JsonObject;
  readonly connect: JsonObject;
  readonly profiles: readonly Profile[];
  readonly cases: readonly Case[];
}

/** Where the build puts cases.json in the folder of the package. */
export function suitePath(root: string): string {
  return join(root, "dist", "conformance", "cases.json");
}

/** The suite as it was built; undefined where it was not, or where a case file has changed since. */
export function builtSuite(root: string, caseFiles: readonly string[]): Suite | undefined {
  const path = suitePath(root);
  if (!existsSync(path)) return undefined;
  const builtAt = statSync(path).mtimeMs;
  if (caseFiles.some((file) => statSync(file).mtimeMs > builtAt)) return undefined;
  return JSON.parse(readFileSync(path, "utf8")) as Suite;
}

// Reads results.json of an earlier run, and says in one line what is wrong with a file that is none.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";

import { packageRoot } from "../package-root.js";
import { fileFault } from "../platform-fault.js";
import { UsageError } from "../usage-error.js";
import type { Results } from "./results.js";

/** The text of a file that the user named. */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${fileFault(error)}`);
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON; a run with --out writes results.json`);
  }
}

/** @throws UsageError naming the first member that does not fit the schema */
export function resultsFrom(file: string, content: unknown): Results {
  const schema = JSON.parse(
    readFileSync(join(packageRoot(), "conformance", "report", "results.schema.json"), "utf8"),
  ) as object;
  const validate = new Ajv({ strict: false }).compile<Results>(schema);
  if (validate(content)) return content;
  const { instancePath = "", message = "is wrong" } = validate.errors?.[0] ?? {};
  throw new UsageError(
    `${file} is not results.json of this suite: ${instancePath === "" ? "it" : instancePath} ${message}`,
  );
}

export function readResults(file: string): Results {
  return resultsFrom(file, parsed(file, readNamed(file)));
}

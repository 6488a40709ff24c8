// What `--out` names is emptied before a site is written: that must not be somebody's work, and can be had.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { checkWritable } from "../conformance/output-folder.js";
import { writeFault } from "../conformance/platform-fault.js";
import { UsageError } from "../conformance/usage-error.js";

/** Every build writes it at the top of the folder. */
const MARK = "hashmap.json";

/** @throws UsageError for a file, for what cannot be written, and for a folder with anything in it that is no site. */
export function checkReplaceable(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UsageError(`--out ${folder} is a file; name a folder`);
  }
  try {
    checkWritable(folder);
  } catch (error) {
    throw new UsageError(`cannot write to --out ${folder}: ${writeFault(error)}`);
  }
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, MARK))) {
    throw new UsageError(
      `--out ${folder} holds something else, which the site would replace; name a new or empty folder`,
    );
  }
}

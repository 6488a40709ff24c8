// `node dist/conformance/mutants/testee.js client/no-dedup`: builds the mutant and becomes it.

import { pathToFileURL } from "node:url";

import { editNamed } from "./bank.js";
import { buildEdited } from "./build.js";

const [name = ""] = process.argv.slice(2);
try {
  const bundle = await buildEdited(editNamed(name));
  await import(pathToFileURL(bundle).href);
} catch (error) {
  process.stderr.write(`latido: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { checkWritable } from "../conformance/output-folder.js";
import { writeFault } from "../conformance/platform-fault.js";
import { loadContract } from "./contract.js";
import { languageOf } from "./languages.js";
import { MANIFEST, emitManifest, generatedNames, generatedPaths } from "./manifest.js";
import type { Contract } from "./model.js";
import { flagsOf } from "./package-names.js";
import type { PackageNames } from "./package-names.js";
import { LanguageError, UsageError } from "./problem.js";
import { renderDirectly } from "./render.js";
import { requireTools } from "./required-tools.js";
import { compareTrees, readTree, replaceTree, sortTree } from "./tree.js";
import type { Drift, Tree } from "./tree.js";

/** What to generate, from what, and where to. */
export interface GenerateOptions {
  /** Path of the AsyncAPI document. */
  readonly contract: string;
  readonly language: string;
  /** Folder of the package; whatever the generator did not write is never deleted. */
  readonly output: string;
  /** Names of the package; default: its own. */
  readonly names?: PackageNames;
  /** Only say what would change. */
  readonly check?: boolean;
  /** How to render; without it the emitters run directly, without the AsyncAPI Generator. */
  readonly render?: (contract: Contract) => Promise<Tree>;
}

/** What was generated. */
export interface GenerateResult {
  readonly files: number;
  /** What changed, or with `check` would change. */
  readonly drifts: readonly Drift[];
}

/**
 * Generates the package of one language from a contract.
 *
 * @throws ContractError when the contract is wrong; UsageError when an option is.
 */
export async function generatePackage(options: GenerateOptions): Promise<GenerateResult> {
  const { rename } = languageOf(options.language);
  const { names = {} } = options;
  requireFile(options.contract);
  requireWritable(options);
  requireTools(options.language);
  const { contract, inputs, locate } = await loadContract(options.contract);
  const render = options.render ?? ((model) => renderDirectly(model, options.language));
  const rendered = await render(contract).catch((error: unknown) => {
    throw error instanceof LanguageError ? locate(error.problems) : error;
  });
  const outputs = rename(rendered, names);
  const manifest = emitManifest(options.language, names, inputs, outputs);
  const wanted = sortTree(new Map([...outputs, [MANIFEST, manifest]]));
  const output = resolve(options.output);
  const present = readTree(output);
  if (options.check === true) {
    const drifts = compareTrees(wanted, present);
    if (drifts.length > 0) requireSameNames(options.output, names, present);
    return { files: wanted.size, drifts };
  }
  requireOwnFolder(output, wanted, present);
  return { files: wanted.size, drifts: replaceTree(output, wanted) };
}

function requireFile(contract: string): void {
  if (!existsSync(contract)) {
    throw new UsageError(`the contract ${contract} is missing: name an AsyncAPI document`);
  }
  if (!statSync(contract).isFile()) {
    throw new UsageError(`the contract ${contract} is not a file: name an AsyncAPI document`);
  }
}

/** Before the work, and before anything is deleted. */
function requireWritable({ output, check }: GenerateOptions): void {
  if (existsSync(output) && !statSync(output).isDirectory()) {
    throw new UsageError(`the output ${output} is not a folder: name one, or a path for a new one`);
  }
  if (check === true) return;
  try {
    checkWritable(output);
  } catch (error) {
    throw new UsageError(
      `cannot write to ${output}: ${writeFault(error)}; name a folder, or a path for a new one`,
    );
  }
}

/** Under another name nearly every file differs, which says nothing of what did change. */
function requireSameNames(output: string, names: PackageNames, present: Tree): void {
  const manifest = present.get(MANIFEST);
  if (manifest === undefined) return;
  const before = flagsOf(generatedNames(manifest));
  const now = flagsOf(names);
  if (before === now) return;
  throw new UsageError(
    `${output} was generated ${before === "" ? "without names" : `with ${before}`}, not ` +
      `${now === "" ? "without names" : now}: ${before === "" ? "leave them out" : `write ${before}`}`,
  );
}

/** A file that no earlier generation wrote may be someone's work. */
function requireOwnFolder(output: string, wanted: Tree, present: Tree): void {
  const own = new Set([MANIFEST, ...wanted.keys()]);
  for (const path of generatedPaths(present.get(MANIFEST) ?? "") ?? []) own.add(path);
  const foreign = [...present.keys()].find((path) => !own.has(path));
  if (foreign === undefined) return;
  const file = relative(process.cwd(), join(output, foreign));
  throw new UsageError(`${file} was not generated: move it, or generate into another folder`);
}

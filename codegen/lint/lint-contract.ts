import { readdirSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";

import { loadContract } from "../contract.js";
import { Reader } from "../contract/reader.js";
import { Sources } from "../contract/source.js";
import type { Contract } from "../model.js";
import { ContractError, sortProblems } from "../problem.js";
import type { Problem } from "../problem.js";
import { checkCitations } from "./citations.js";
import { checkProse } from "./prose.js";
import { checkCoverage } from "./requirement-coverage.js";
import { askSpectral } from "./spectral.js";

/** What was looked at, and what is wrong. */
export interface LintResult {
  readonly problems: readonly Problem[];
  readonly frames: number;
  readonly requirements: number;
  readonly citations: number;
}

/**
 * Every check of a contract that there is: the generator's own, @asyncapi/parser, Spectral, the normative
 * text against the table of requirements, and every citation of a requirement.
 *
 * @param contract Path of the AsyncAPI document.
 * @param project Folder whose files may cite requirements.
 */
export async function lintContract(contract: string, project: string): Promise<LintResult> {
  const spectral = askSpectral(resolve(contract));
  const loaded = await loadContract(contract).catch((error: unknown) => {
    if (error instanceof ContractError) return error;
    throw error;
  });
  if (loaded instanceof ContractError) {
    const problems = withoutEchoes(loaded.problems, await spectral);
    return { problems: sortProblems(problems), frames: 0, requirements: 0, citations: 0 };
  }
  const model = loaded.contract;
  const citations = checkCitations(project, model.requirements);
  const orphans = findOrphans(contract, [...loaded.inputs.keys()]);
  const prose = checkText(contract, model, citations.tried);
  return {
    problems: sortProblems([...(await spectral), ...prose, ...orphans, ...citations.problems]),
    frames: model.frames.length,
    requirements: model.requirements.length,
    citations: citations.count,
  };
}

/** The requirements against the normative text that defines them and the tests that try them. */
function checkText(
  contract: string,
  model: Contract,
  tried: ReadonlySet<string>,
): readonly Problem[] {
  const sources = new Sources(contract);
  const document = sources.read(resolve(contract));
  if (document === undefined) return sources.problems;
  const name = new Reader(sources, document).at("x-protocol");
  if (name.absent || !sources.exists(name.text())) {
    name.report("x-protocol names no file", "write x-protocol: the path of the normative text");
    return sources.problems;
  }
  const table = sources.read(new Reader(sources, document).at("x-requirements").text());
  if (table === undefined) return sources.problems;
  const lineOf = (index: number): number => table.positionOf([index]).line;
  const prose = join(sources.root, name.text());
  const place = { file: table.file, lineOf };
  // A contract without any test is one that somebody only lints.
  const uncovered = tried.size === 0 ? [] : checkCoverage(model.requirements, tried, place);
  return [...checkProse(prose, model.requirements, place), ...uncovered];
}

/** Schema files beside those of the contract that nothing refers to. */
function findOrphans(contract: string, inputs: readonly string[]): readonly Problem[] {
  const root = dirname(resolve(contract));
  const schemas = inputs.filter((path) => path.endsWith(".json"));
  const folders = new Set(schemas.map((path) => dirname(path)));
  return [...folders].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => posix.join(folder, name))
      .filter((path) => path.endsWith(".json") && !schemas.includes(path))
      .map((path) => ({
        ...{ file: join(root, path), line: 1, column: 1 },
        message: "nothing refers to this schema",
        advice: "refer to it from the AsyncAPI document, or remove it",
      })),
  );
}

/** Two tools often name one fault: where the generator has reported a line, that is enough. */
function withoutEchoes(own: readonly Problem[], others: readonly Problem[]): readonly Problem[] {
  const lines = new Set(own.map(({ file, line }) => `${file}:${line}`));
  return [...own, ...others.filter(({ file, line }) => !lines.has(`${file}:${line}`))];
}

import { dirname, resolve } from "node:path";

import { askParser } from "./asyncapi-parser.js";
import { readApplication } from "./contract/application.js";
import { readInterface } from "./contract/asyncapi.js";
import { checkSchemas } from "./contract/check-schemas.js";
import { isObject, parsePointer } from "./contract/json.js";
import { crossCheck } from "./contract/cross-checks.js";
import { readMachines } from "./contract/lifecycle.js";
import { readPolicy } from "./contract/policy.js";
import { protocolOf } from "./contract/protocol-of.js";
import { Reader } from "./contract/reader.js";
import { readRequirements } from "./contract/requirements.js";
import { Sources } from "./contract/source.js";
import { TypeGraph } from "./contract/type-graph.js";
import type { Contract } from "./model.js";
import { ContractError, sortProblems } from "./problem.js";
import type { Problem, TypeProblem } from "./problem.js";
import type { Tree } from "./tree.js";

/** A contract, with the texts that it was read from by their path. */
export interface LoadedContract {
  readonly contract: Contract;
  readonly inputs: Tree;
  /** Says where in the contract's files the types at fault stand. */
  readonly locate: (problems: readonly TypeProblem[]) => ContractError;
}

/**
 * Loads a contract into one language-neutral model, with every check there is.
 *
 * @param file Path of the AsyncAPI document; it names the other files.
 * @throws ContractError with a line for each problem, when the contract is wrong.
 */
export async function loadContract(file: string): Promise<LoadedContract> {
  const loaded = readContract(file);
  const problems = await askParser(file);
  if (problems.length > 0) throw new ContractError(sortProblems(problems));
  return loaded;
}

/**
 * As loadContract, without @asyncapi/parser: for callers that have asked it already.
 *
 * @throws ContractError with a line for each problem, when the contract is wrong.
 */
export function readContract(file: string): LoadedContract {
  const sources = new Sources(file);
  const contract = readModel(sources, file);
  if (sources.problems.length > 0) throw new ContractError(sortProblems(sources.problems));
  if (contract === undefined) throw new Error("a contract that cannot be read reports why");
  return {
    contract,
    inputs: new Map(sources.all.map(({ name, text }) => [name, text])),
    locate: (problems) =>
      new ContractError(problems.map((each) => located(each, contract, sources))),
  };
}

function located(
  { type, message, advice }: TypeProblem,
  { types }: Contract,
  sources: Sources,
): Problem {
  const place = types.find(({ name }) => name === type)?.source ?? "";
  const [file = "", pointer = ""] = place.split("#");
  const source = sources.all.find(({ name }) => name === file);
  const position = source?.positionOf(parsePointer(pointer)) ?? { line: 1, column: 1 };
  return { file: source?.file ?? file, ...position, message: `${type}: ${message}`, advice };
}

function readModel(sources: Sources, file: string): Contract | undefined {
  const source = sources.read(resolve(file));
  if (source === undefined) return undefined;
  const own = new Reader(sources, source);
  checkEdition(own);
  const document = protocolOf(own);
  if (document === undefined) return undefined;
  const policySource = companion(document, "x-policy");
  const lifecycle = companion(document, "x-lifecycle");
  const requirements = companion(document, "x-requirements");
  const graph = new TypeGraph(sources);
  const { frames, bodies, routes } = readInterface(document, graph);
  // The protocol that a team's document builds on was checked where it was made.
  if (own === document) checkSchemas(sources);
  if (policySource === undefined || lifecycle === undefined || requirements === undefined) {
    return undefined;
  }
  const { protocolVersion, subprotocol, bearerPrefix, ...policy } = readPolicy(policySource);
  const contract: Contract = {
    title: document.at("info", "title").text(),
    version: document.at("info", "version").text(),
    protocolVersion,
    subprotocol,
    bearerPrefix,
    frames,
    bodies,
    routes,
    types: graph.types,
    policy,
    machines: readMachines(lifecycle),
    requirements: readRequirements(requirements),
  };
  // Tables that are wrong in themselves would only disagree again.
  if (own === document && sources.problems.length === 0) {
    crossCheck(contract, { asyncapi: document, policy: policySource, lifecycle });
  }
  if (own === document || sources.problems.length > 0) return contract;
  const application = readApplication(own, graph);
  return { ...contract, types: graph.types, application };
}

function checkEdition(document: Reader): void {
  const edition = document.at("asyncapi");
  if (isObject(document.value) && (edition.absent || !/^3\.\d+\.\d+$/u.test(edition.text()))) {
    edition.report("the document is not of AsyncAPI 3", "write asyncapi: 3.0.0");
  }
}

/** The document that an extension of the AsyncAPI document names. */
function companion(document: Reader, extension: string): Reader | undefined {
  const name = document.at(extension);
  if (name.absent) {
    name.report(`${extension} is missing`, `write ${extension}: the path of the file`);
    return undefined;
  }
  const { sources } = document;
  const file = resolve(dirname(document.source.file), name.text());
  if (!sources.exists(file)) {
    name.report(`the file ${name.text()} is missing`, "add it, or correct the path here");
    return undefined;
  }
  const source = sources.read(file);
  return source === undefined ? undefined : new Reader(sources, source);
}

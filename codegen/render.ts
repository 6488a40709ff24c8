import { join } from "node:path";

import { readContract } from "./contract.js";
import { languageOf } from "./languages.js";
import type { Contract } from "./model.js";
import { templateFolder } from "./package-root.js";
import { readTree, sortTree } from "./tree.js";
import type { Tree } from "./tree.js";

/** Renders a package from the model alone: what varies by emitters, the rest copied from the template. */
export async function renderDirectly(contract: Contract, language: string): Promise<Tree> {
  const rendered = Object.entries(languageOf(language).files).map(
    async ([path, emit]) => [path, await emit(contract)] as const,
  );
  return sortTree(new Map([...staticFiles(language), ...(await Promise.all(rendered))]));
}

/** Renders one file of a package; the templates of the AsyncAPI Generator call this. */
export async function renderFile(
  contract: string,
  language: string,
  path: string,
): Promise<string> {
  const emit = languageOf(language).files[path];
  if (emit === undefined) throw new Error(`no emitter of ${language} makes ${path}`);
  return emit(readContract(contract).contract);
}

/** Files of a template that are copied as they are: all but its components. */
function staticFiles(language: string): Tree {
  const files = readTree(join(templateFolder(language), "template"));
  return new Map([...files].filter(([path]) => !path.endsWith(".js")));
}

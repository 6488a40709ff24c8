import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { packageRoot, templateFolder } from "./package-root.js";
import { readTree } from "./tree.js";
import type { Tree } from "./tree.js";

/** What is used of @asyncapi/generator, which brings no types. */
type GeneratorClass = new (
  template: string,
  target: string,
  options: {
    readonly forceWrite: boolean;
    readonly templateParams: Readonly<Record<string, string>>;
  },
) => { generateFromFile(document: string): Promise<void> };

/** The built emitters, for the components of the template: these are CommonJS and load no TypeScript. */
const CODEGEN = join(packageRoot(), "dist", "codegen", "index.js");

/** Renders a package with the AsyncAPI Generator and the language's local template, in a temporary folder. */
export async function renderWithAsyncApi(contract: string, language: string): Promise<Tree> {
  const name = "@asyncapi/generator";
  const { default: Generator } = (await import(name)) as { readonly default: GeneratorClass };
  const document = resolve(contract);
  const target = mkdtempSync(join(tmpdir(), "latido-generate-"));
  try {
    const options = { forceWrite: true, templateParams: { contract: document, codegen: CODEGEN } };
    const generator = new Generator(templateFolder(language), target, options);
    await generator.generateFromFile(document);
    return readTree(target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

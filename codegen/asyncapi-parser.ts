import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";

import type { Problem } from "./problem.js";

/** What is used of a diagnostic of the parser. */
interface Diagnostic {
  readonly code: string | number;
  readonly message: string;
  readonly severity: number;
  readonly source?: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

const ERROR = 0;

/**
 * What @asyncapi/parser finds wrong with a document beyond what is read of it here; nothing where the
 * package is not installed. Loads the parser only when called: it takes a second.
 */
export async function askParser(contract: string): Promise<readonly Problem[]> {
  const parser = await import("@asyncapi/parser").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  });
  if (parser === undefined) return [];
  const { Parser } = parser;
  const file = resolve(contract);
  const result = await new Parser().parse(readFileSync(file, "utf8"), { source: file });
  const diagnostics: readonly Diagnostic[] = result.diagnostics;
  return diagnostics
    .filter(({ severity }) => severity === ERROR)
    .map((diagnostic) => ({
      file: fileOf(diagnostic.source, file),
      line: diagnostic.range.start.line + 1,
      column: diagnostic.range.start.character + 1,
      message: `@asyncapi/parser refuses this: ${diagnostic.message}`,
      advice: `keep the AsyncAPI 3.0 rule ${diagnostic.code}`,
    }));
}

function fileOf(source: string | undefined, otherwise: string): string {
  if (source === undefined || source === "") return otherwise;
  return source.startsWith("file:") ? fileURLToPath(source) : source;
}

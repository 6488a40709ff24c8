import { GO_FILES } from "./emitters/go/index.js";
import { PYTHON_FILES } from "./emitters/python/index.js";
import { TYPESCRIPT_FILES } from "./emitters/typescript/index.js";
import type { Contract } from "./model.js";
import { renameGo, renamePython, renameTypescript } from "./package-names.js";
import type { Rename } from "./package-names.js";
import { UsageError } from "./problem.js";

/** Makes the text of one file from the model. */
export type Emitter = (contract: Contract) => Promise<string>;

/** How the package of a language is made. */
export interface Language {
  /** Rendered files by their path; the static ones lie in the language's template. */
  readonly files: Readonly<Record<string, Emitter>>;
  /** Packages whose version can change what is generated. */
  readonly tools: readonly string[];
  /** Gives its package other names than its own. */
  readonly rename: Rename;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  typescript: {
    files: TYPESCRIPT_FILES,
    tools: ["ajv", "json-schema-to-typescript", "prettier"],
    rename: renameTypescript,
  },
  python: { files: PYTHON_FILES, tools: [], rename: renamePython },
  go: { files: GO_FILES, tools: [], rename: renameGo },
};

/** Every language that can be generated. */
export const LANGUAGE_NAMES: readonly string[] = Object.keys(LANGUAGES);

/**
 * How the package of a language is made.
 *
 * @throws UsageError when the language is not known.
 */
export function languageOf(name: string): Language {
  const language = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined;
  if (language !== undefined) return language;
  throw new UsageError(`unknown language ${name}: choose one of ${LANGUAGE_NAMES.join(", ")}`);
}

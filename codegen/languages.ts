import { TYPESCRIPT_FILES } from "./emitters/typescript/index.js";
import type { Contract } from "./model.js";
import { UsageError } from "./problem.js";

/** Makes the text of one file from the model. */
export type Emitter = (contract: Contract) => Promise<string>;

/** Rendered files of each language by their path; the static ones lie in its template. */
const LANGUAGES: Readonly<Record<string, Readonly<Record<string, Emitter>>>> = {
  typescript: TYPESCRIPT_FILES,
};

/** Every language that can be generated. */
export const LANGUAGE_NAMES: readonly string[] = Object.keys(LANGUAGES);

/**
 * The rendered files of a language.
 *
 * @throws UsageError when the language is not known.
 */
export function emittersOf(language: string): Readonly<Record<string, Emitter>> {
  const emitters = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
  if (emitters !== undefined) return emitters;
  throw new UsageError(`unknown language ${language}: choose one of ${LANGUAGE_NAMES.join(", ")}`);
}

import type { NamedType } from "../model.js";
import { LanguageError } from "../problem.js";

/** What is said of a type whose name a package needs for something else. */
export function takenTitle(name: string): readonly [message: string, advice: string] {
  return ["the package has something else of this name", `write a title such as ${name}Payload`];
}

/** @throws LanguageError for types that are called what the package calls something else. */
export function checkTitles(types: readonly NamedType[], taken: readonly string[]): void {
  const problems = types
    .filter(({ name }) => taken.includes(name))
    .map(({ name }) => {
      const [message, advice] = takenTitle(name);
      return { type: name, message, advice };
    });
  if (problems.length > 0) throw new LanguageError(problems);
}

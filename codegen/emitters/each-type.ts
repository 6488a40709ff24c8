import type { NamedType } from "../model.js";
import { LanguageError } from "../problem.js";
import type { TypeProblem } from "../problem.js";
import { Refusal } from "./refusal.js";

/**
 * What is made of each type.
 *
 * @throws LanguageError that names every type for which the language has no counterpart.
 */
export function eachType<Made>(
  types: readonly NamedType[],
  make: (type: NamedType) => Made,
): readonly Made[] {
  const problems: TypeProblem[] = [];
  const made = types.flatMap((type): readonly Made[] => {
    try {
      return [make(type)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ type: type.name, message: error.what, advice: error.advice });
      return [];
    }
  });
  if (problems.length > 0) throw new LanguageError(problems);
  return made;
}

import { Refusal } from "./refusal.js";

const ATOMS = String.raw`[A-Za-z0-9_.:@/ -]|\\\.|\{[0-9,]+\}|\[[A-Za-z0-9_.:@/ -]+\]|[?*+]`;

/**
 * Anchored, of ASCII characters and without shorthands, with choices only in groups that hold no others:
 * such a pattern means the same in every language.
 */
const PORTABLE = new RegExp(`^\\^(?:${ATOMS}|\\((?:\\?:)?(?:${ATOMS}|\\|)*\\))*\\$$`, "u");

/**
 * What stands between `^` and `$` of a pattern, which languages anchor each in their own way.
 *
 * @throws Refusal when the pattern may mean something else in the language.
 */
export function portableInner(pattern: string, language: string): string {
  if (PORTABLE.test(pattern)) return pattern.slice(1, -1);
  throw new Refusal(
    `the pattern ${pattern} may mean something else in ${language}`,
    "keep to ^…$ and ASCII: characters, classes such as [A-Z0-9], groups, and ? * + {1,3}",
  );
}

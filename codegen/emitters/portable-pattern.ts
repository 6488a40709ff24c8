/** Anchored, of ASCII characters and without shorthands: such a pattern means the same in every language. */
const PORTABLE = /^\^(?:[A-Za-z0-9_.:@/ -]|\\\.|\{[0-9,]+\}|\[[A-Za-z0-9_.:@/ -]+\]|[?*+])*\$$/u;

/**
 * What stands between `^` and `$` of a pattern, which languages anchor each in their own way.
 *
 * @throws Error when the pattern may mean something else in the language.
 */
export function portableInner(pattern: string, language: string): string {
  if (PORTABLE.test(pattern)) return pattern.slice(1, -1);
  throw new Error(
    `the pattern ${pattern} may mean something else in ${language}: keep to ^…$ and ASCII`,
  );
}

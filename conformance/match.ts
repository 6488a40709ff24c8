// Partial matching of observed values against the patterns of a case.
//
// A plain object matches an object that has at least those members; a list matches a list of the same
// length; anything else must be equal. An object whose members begin with `$` is a test: see TESTS.

import { isObject, member, type JsonObject } from "./json.js";

export interface Mismatch {
  /** JSON pointer into the observed value. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly problem: string;
}

/** Values that `$save` takes out of an observed value. */
export type Saved = Record<string, unknown>;

type Test = (operand: unknown, actual: unknown, path: string, saved: Saved) => Mismatch | undefined;

function refuse(path: string, expected: unknown, actual: unknown, problem: string): Mismatch {
  return { path, expected, actual, problem };
}

function number(operand: unknown): number {
  if (typeof operand !== "number")
    throw new TypeError(`a bound must be a number, not ${String(operand)}`);
  return operand;
}

const TESTS: Readonly<Record<string, Test>> = {
  $absent: (_operand, actual, path) =>
    actual === undefined ? undefined : refuse(path, { $absent: true }, actual, "must be absent"),
  $present: (_operand, actual, path) =>
    actual === undefined ? refuse(path, { $present: true }, actual, "must be present") : undefined,
  $min: (operand, actual, path) =>
    typeof actual === "number" && actual >= number(operand)
      ? undefined
      : refuse(path, { $min: operand }, actual, `must be a number of at least ${String(operand)}`),
  $max: (operand, actual, path) =>
    typeof actual === "number" && actual <= number(operand)
      ? undefined
      : refuse(path, { $max: operand }, actual, `must be a number of at most ${String(operand)}`),
  $matches: (operand, actual, path) =>
    typeof actual === "string" && new RegExp(String(operand), "su").test(actual)
      ? undefined
      : refuse(path, { $matches: operand }, actual, `must match ${String(operand)}`),
  $oneOf: (operand, actual, path) =>
    Array.isArray(operand) && operand.some((each) => match(each, actual) === undefined)
      ? undefined
      : refuse(path, { $oneOf: operand }, actual, "must be one of the allowed values"),
  $not: (operand, actual, path) =>
    match(operand, actual) === undefined
      ? refuse(path, { $not: operand }, actual, "must differ")
      : undefined,
  $length: (operand, actual, path) =>
    (Array.isArray(actual) || typeof actual === "string") && actual.length === operand
      ? undefined
      : refuse(path, { $length: operand }, actual, `must have length ${String(operand)}`),
  $contains: (operand, actual, path, saved) => {
    if (!Array.isArray(actual))
      return refuse(path, { $contains: operand }, actual, "must be a list");
    for (const each of actual) {
      const kept: Saved = {};
      if (match(operand, each, path, kept) === undefined) {
        Object.assign(saved, kept);
        return undefined;
      }
    }
    return refuse(path, { $contains: operand }, actual, "must contain such an element");
  },
  $all: (operand, actual, path, saved) => {
    for (const each of Array.isArray(operand) ? (operand as unknown[]) : [operand]) {
      const found = match(each, actual, path, saved);
      if (found) return found;
    }
    return undefined;
  },
  $excludes: (operand, actual, path) =>
    Array.isArray(actual) && !actual.some((each) => match(operand, each) === undefined)
      ? undefined
      : refuse(path, { $excludes: operand }, actual, "must be a list without such an element"),
  $last: (operand, actual, path, saved) =>
    Array.isArray(actual) && actual.length > 0
      ? match(operand, actual.at(-1), pointer(path, actual.length - 1), saved)
      : refuse(path, { $last: operand }, actual, "must be a list with a last element"),
  // {as, member}: keeps of each element an object with that member only, as patterns for later.
  $collect: (operand, actual, path, saved) => {
    if (!Array.isArray(actual))
      return refuse(path, { $collect: operand }, actual, "must be a list");
    const name = String(member(operand, "member"));
    saved[String(member(operand, "as"))] = actual.map((each) => ({ [name]: member(each, name) }));
    return undefined;
  },
  $save: (operand, actual, _path, saved) => {
    saved[String(operand)] = actual;
    return undefined;
  },
};

export const TEST_NAMES: readonly string[] = Object.keys(TESTS);

function isTest(pattern: JsonObject): boolean {
  const names = Object.keys(pattern);
  return names.length > 0 && names.every((name) => Object.hasOwn(TESTS, name));
}

function pointer(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The first difference, or undefined when `actual` is what `pattern` asks for. */
export function match(
  pattern: unknown,
  actual: unknown,
  path = "",
  saved: Saved = {},
): Mismatch | undefined {
  if (Array.isArray(pattern)) {
    if (!Array.isArray(actual)) return refuse(path, pattern, actual, "must be a list");
    if (actual.length !== pattern.length) {
      return refuse(path, pattern, actual, `must have ${pattern.length} elements`);
    }
    for (const [index, each] of pattern.entries()) {
      const found = match(each, actual[index], pointer(path, index), saved);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(pattern)) {
    return Object.is(pattern, actual) ? undefined : refuse(path, pattern, actual, "must be equal");
  }
  if (isTest(pattern)) {
    for (const [name, operand] of Object.entries(pattern)) {
      const found = TESTS[name]?.(operand, actual, path, saved);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(actual)) return refuse(path, pattern, actual, "must be an object");
  for (const [name, each] of Object.entries(pattern)) {
    const inner = Object.hasOwn(actual, name) ? actual[name] : undefined;
    const found = match(each, inner, pointer(path, name), saved);
    if (found) return found;
  }
  return undefined;
}

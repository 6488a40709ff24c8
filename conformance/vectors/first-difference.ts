/** Where two JSON values first differ. */
export interface Difference {
  /** JSON pointer; empty where the values as a whole differ. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Compares as JSON values: the order of members does not count. Undefined: they are the same. */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  path = "",
): Difference | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (!isComposite(expected) || !isComposite(actual)) return { path, expected, actual };
  if (Array.isArray(expected) !== Array.isArray(actual)) return { path, expected, actual };
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const name of names) {
    const [one, other] = [expected[name], actual[name]];
    const found = firstDifference(one, other, `${path}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One line for people. */
export function describeDifference({ path, expected, actual }: Difference): string {
  return `at ${path || "/"}: expected ${brief(expected)}, actual is ${brief(actual)}`;
}

const LONGEST = 300;

function brief(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

// JSON as it arrives: unknown until looked at.

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads one member of something that may not be an object. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function stringOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === "string" ? value : otherwise;
}

export function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === "number" ? value : otherwise;
}

/** A value cut to a readable length, for messages and transcripts. */
export function brief(value: unknown, length = 160): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

const DEEPEST = 100;

function nestsTooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((each) => nestsTooDeep(each, left - 1));
}

function pruned(value: unknown, left = DEEPEST): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (left === 0) return `(nested more than ${DEEPEST} levels deep)`;
  if (Array.isArray(value)) return value.map((each) => pruned(each, left - 1));
  const members = Object.entries(value).map(([name, each]) => [name, pruned(each, left - 1)]);
  return Object.fromEntries(members);
}

/** What can be walked, compared and written again without end: depths that nobody means are cut off. */
export function withinDepth(value: unknown): unknown {
  return nestsTooDeep(value) ? pruned(value) : value;
}

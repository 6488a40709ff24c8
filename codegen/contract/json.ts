/** Any value that JSON can write. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** Steps from the root of a document to one of its values. */
export type JsonPath = readonly (string | number)[];

/** Whether a value is a JSON object, neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array. */
export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: Json, path: JsonPath): Json | undefined {
  let value: Json | undefined = root;
  for (const step of path) {
    if (isArray(value)) value = value[Number(step)];
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** The path that a JSON pointer (RFC 6901) or its URI fragment form describes. */
export function parsePointer(pointer: string): JsonPath {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON pointer (RFC 6901) of a path. */
export function formatPointer(path: JsonPath): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

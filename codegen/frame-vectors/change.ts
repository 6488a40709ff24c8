import type { Json } from "../contract/json.js";
import { isArray, isObject } from "../contract/json.js";

/** Where and how a value differs from the one that it was made of, in a few words. */
export function describeChange(before: Json, after: Json): string {
  return changeAt(before, after, "") ?? "as it is";
}

function changeAt(before: Json, after: Json | undefined, path: string): string | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (after === undefined) return `${path} is missing`;
  if (isArray(before) && isArray(after) && before.length === after.length) {
    return firstOf(before.map((item, index) => changeAt(item, after[index], `${path}/${index}`)));
  }
  if (isObject(before) && isObject(after)) {
    const added = Object.keys(after).find((name) => !Object.hasOwn(before, name));
    const missing = Object.keys(before).find((name) => !Object.hasOwn(after, name));
    if (added !== undefined && missing !== undefined) return `${path}/${missing} is named ${added}`;
    if (added !== undefined) return `${path}/${added} is ${brief(after[added] ?? null)}, new`;
    return firstOf(
      Object.entries(before).map(([name, inner]) =>
        changeAt(inner, memberOf(after, name), `${path}/${name}`),
      ),
    );
  }
  return `${path} is ${brief(after)}`;
}

function memberOf(value: Readonly<Record<string, Json>>, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function firstOf(changes: readonly (string | undefined)[]): string | undefined {
  return changes.find((change) => change !== undefined);
}

const LONGEST = 40;

function brief(value: Json): string {
  const text = JSON.stringify(value);
  if (text.length <= LONGEST) return text;
  if (isArray(value)) return `a list of ${value.length}`;
  return typeof value === "string"
    ? `a text of ${Array.from(value).length} characters`
    : `${Array.from(text).slice(0, LONGEST).join("")}…`;
}

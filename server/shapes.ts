import { UsageError } from "./usage-error.js";

/** True for a mapping of names to anything. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The list, where it is one of texts.
 * @throws UsageError that names the setting
 */
export function checkedList(setting: string, list: unknown): readonly string[] {
  if (Array.isArray(list) && list.every((item): item is string => typeof item === "string")) {
    return list;
  }
  throw new UsageError(`${setting} is not a list of texts`);
}

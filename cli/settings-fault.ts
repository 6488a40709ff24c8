import type { ErrorObject } from "ajv";
import { mayHoldSecret, type ValueSchema } from "./setting.js";

/** What a value that breaks the schema is told as: the setting, what is wrong, what is allowed. */
export interface Fault {
  /** The setting, or the place within one. */
  readonly path: string;
  readonly text: string;
}

export function faultOf(error: ErrorObject): Fault {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  return { path, text: textOf(path, error) };
}

function textOf(path: string, error: ErrorObject): string {
  const inner = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const schema = (error.parentSchema ?? {}) as ValueSchema;
  const names = Object.keys(schema.properties ?? {});
  switch (error.keyword) {
    case "additionalProperties":
      return `${inner(String(error.params.additionalProperty))} is not a setting; ${path || "there"} may hold ${names.join(", ")}`;
    case "required":
      return `${inner(String(error.params.missingProperty))} is missing`;
    case "pattern":
      if (error.propertyName === undefined) break;
      return `${path} has the name ${JSON.stringify(error.propertyName)}; allowed is ${String(error.params.pattern)}`;
    case "propertyNames":
      return `${path} has the name ${JSON.stringify(error.params.propertyName)}, which is not allowed`;
  }
  const value = mayHoldSecret(path) ? "wrong" : JSON.stringify(error.data);
  return `${path} is ${value}; allowed is ${allowed(schema)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a mapping",
  string: "a text",
  number: "a number",
  integer: "a whole number",
};

/** What a value may be, in words. */
export function allowed({ type = "", enum: values, pattern, ...bounds }: ValueSchema): string {
  if (values) return values.join(", ");
  if (pattern !== undefined) return `a text like ${pattern}`;
  const types = typeof type === "string" ? [type] : type;
  const kind = types.map((name) => KINDS[name] ?? name).join(" or ");
  const { minimum, maximum, minLength, maxLength, minItems } = bounds;
  if (minimum !== undefined) {
    return maximum === undefined
      ? `${kind} of at least ${minimum}`
      : `${kind} from ${minimum} to ${maximum}`;
  }
  if (minItems !== undefined) return `${kind} that is not empty`;
  if (minLength === undefined) return kind;
  return maxLength === undefined
    ? `${kind} that is not empty`
    : `${kind} of ${minLength} to ${maxLength} characters`;
}

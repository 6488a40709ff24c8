// A type in words: what values it has, with every bound.

import type { NamedType, Shape } from "../codegen/model.js";
import { typeAddress } from "./addresses.js";
import { code, link, plain } from "./markdown.js";

/** What is known of types by their names. */
export type Types = ReadonlyMap<string, NamedType>;

/** One line of Markdown about the values of a type; other types are links. */
export function shapeText(shape: Shape, types: Types): string {
  switch (shape.kind) {
    case "any":
      return "any JSON value";
    case "literal":
      return code(JSON.stringify(shape.value));
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return joined([shape.kind, range(shape.minimum, shape.maximum)]);
    case "string":
      return joined(["string", ...stringBounds(shape)]);
    case "enum": {
      const values = shape.values.map((value) => code(value)).join(", ");
      const rest = shape.open ? `; others are kept (${stringBounds(shape).join(", ")})` : "";
      return `${shape.open ? "open list" : "one of"}: ${values}${rest.replace(" ()", "")}`;
    }
    case "array": {
      const unique = shape.uniqueItems === true ? "no two alike" : "";
      const size = counted(shape.minItems, shape.maxItems, "items");
      return joined([`list of ${shapeText(shape.items, types)}`, size, unique]);
    }
    case "map": {
      const names = shape.names === undefined ? "" : `names: ${shapeText(shape.names, types)}`;
      const size = counted(shape.minProperties, shape.maxProperties, "members");
      return joined([`object, each value: ${shapeText(shape.values, types)}`, names, size]);
    }
    case "object":
      return "object";
    case "reference": {
      const type = types.get(shape.name);
      return type === undefined ? code(shape.name) : link(plain(shape.name), typeAddress(type));
    }
  }
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

interface StringBounds {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

function stringBounds({ minLength, maxLength, pattern }: StringBounds): readonly string[] {
  const size = counted(minLength, maxLength, "characters");
  const form = pattern === undefined ? "" : `pattern ${code(pattern)}`;
  return [size, form].filter((part) => part !== "");
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return maximum === undefined ? "" : `at most ${number(maximum)}`;
  if (maximum === undefined) return `at least ${number(minimum)}`;
  return `${number(minimum)} to ${number(maximum)}`;
}

function counted(least: number | undefined, most: number | undefined, what: string): string {
  const text = range(least, most);
  return text === "" ? "" : `${text} ${what}`;
}

/** A number stays in one line. */
export const NO_BREAK = "\u00a0";

/** Powers of two that nobody reads are named, others have their thousands apart. */
export function number(value: number): string {
  const powers: Readonly<Record<number, string>> = {
    [Number.MAX_SAFE_INTEGER]: "2⁵³ − 1",
    2_147_483_647: "2³¹ − 1",
  };
  const text = powers[value] ?? value.toLocaleString("en").replaceAll(",", " ");
  return text.replaceAll(" ", NO_BREAK);
}

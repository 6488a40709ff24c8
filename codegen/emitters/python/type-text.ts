import type { Shape } from "../../model.js";
import { portableInner } from "../portable-pattern.js";
import { Refusal } from "../refusal.js";
import { bracket } from "./layout.js";
import type { Piece } from "./layout.js";
import { stringLiteral } from "./text.js";

/**
 * The Python type of a shape that has no members of its own; object types have names.
 *
 * @throws Refusal where there is none.
 */
export function typePiece(shape: Shape): Piece {
  switch (shape.kind) {
    case "any":
      return "Any";
    case "literal":
      return `Literal[${literal(shape.value)}]`;
    case "boolean":
      return "bool";
    case "integer":
      return annotated("int", { ge: shape.minimum, le: shape.maximum });
    case "number":
      return annotated("float", { ge: shape.minimum, le: shape.maximum });
    case "string":
      return text(shape);
    case "enum":
      // FRAME-12: any other value within the bounds is kept where the enum is open.
      if (shape.open) return text(shape);
      return bracket("Literal[", shape.values.map(stringLiteral), "]");
    case "array": {
      if (shape.uniqueItems === true)
        throw new Refusal(
          "uniqueItems has no counterpart in Python yet",
          "leave it out, and say in the description that items differ",
        );
      const list = bracket("tuple[", [typePiece(shape.items), "..."], "]");
      return annotated(list, { min_length: shape.minItems, max_length: shape.maxItems });
    }
    case "map": {
      const names = shape.names === undefined ? "str" : typePiece(shape.names);
      const map = bracket("Mapping[", [names, typePiece(shape.values)], "]");
      return annotated(map, { min_length: shape.minProperties, max_length: shape.maxProperties });
    }
    case "reference":
      return shape.name;
    case "object":
      throw new Error("an object without a title has no name in Python");
  }
}

interface TextBounds {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Lengths count code points in Python too. */
function text({ minLength, maxLength, pattern }: TextBounds): Piece {
  const regex = pattern === undefined ? undefined : `r"${fullMatch(pattern)}"`;
  return annotated("str", { min_length: minLength, max_length: maxLength, pattern: regex });
}

/** Python's `$` also matches before a line end at the end of the text, its `\Z` does not. */
function fullMatch(pattern: string): string {
  return String.raw`\A${portableInner(pattern, "Python")}\Z`;
}

function annotated(
  type: Piece,
  bounds: Readonly<Record<string, number | string | undefined>>,
): Piece {
  const given = Object.entries(bounds).flatMap(([name, bound]) =>
    // A length is never below 0, so that this bound says nothing.
    bound === undefined || (name === "min_length" && bound === 0)
      ? []
      : [`${name}=${numeral(bound)}`],
  );
  if (given.length === 0) return type;
  return bracket("Annotated[", [type, bracket("Meta(", given, ")")], "]");
}

/** As the formatter writes it: an exponent has no plus. */
function numeral(bound: number | string): string {
  return typeof bound === "number" ? String(bound).replace("e+", "e") : bound;
}

function literal(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return stringLiteral(value);
  if (Number.isSafeInteger(value)) return String(value);
  throw new Refusal(`the literal ${value} has no type in Python`, "write a whole number or a text");
}

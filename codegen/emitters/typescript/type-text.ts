import type { Shape } from "../../model.js";

/** The TypeScript type of a shape that has no members of its own; object types have names. */
export function typeText(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "unknown";
    case "literal":
      return JSON.stringify(shape.value);
    case "boolean":
    case "string":
      return shape.kind;
    case "integer":
    case "number":
      return "number";
    case "enum": {
      const values = shape.values.map((value) => JSON.stringify(value));
      // FRAME-12: `string & {}` keeps the known values in completion and every other value possible.
      return (shape.open ? [...values, "(string & {})"] : values).join(" | ");
    }
    case "array": {
      const items = typeText(shape.items);
      return `readonly ${/[ |]/u.test(items) ? `(${items})` : items}[]`;
    }
    case "map": {
      const names = shape.names?.kind === "reference" ? shape.names.name : "string";
      return `Readonly<Record<${names}, ${typeText(shape.values)}>>`;
    }
    case "reference":
      return shape.name;
    case "object":
      throw new Error("an object without a title has no name in TypeScript");
  }
}

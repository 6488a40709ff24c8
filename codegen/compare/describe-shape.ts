import type { Shape } from "../model.js";

/** A shape in two words. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "any":
      return "any value";
    case "literal":
      return JSON.stringify(shape.value);
    case "enum":
      return shape.open ? "string" : `one of ${shape.values.join(", ")}`;
    case "map":
      return "object with free members";
    case "reference":
      return shape.name;
    case "boolean":
    case "integer":
    case "number":
    case "string":
    case "array":
    case "object":
      return shape.kind;
  }
}

import type { Shape } from "../model.js";
import { describeShape } from "./describe-shape.js";
import type { Walk } from "./shapes.js";

type Value = string | number | boolean;

/** All values of a shape, where they can be listed. */
export function finite(shape: Shape): readonly Value[] | undefined {
  if (shape.kind === "literal") return [shape.value];
  if (shape.kind === "boolean") return [true, false];
  return shape.kind === "enum" && !shape.open ? shape.values : undefined;
}

/** Compares two shapes of which at least one is a list of values. */
export function compareValues(walk: Walk, a: Shape, b: Shape, place: string): void {
  const [was, is] = [finite(a), finite(b)];
  if (was !== undefined && is !== undefined) {
    const gone = was.filter((value) => !is.includes(value));
    const come = is.filter((value) => !was.includes(value));
    if (gone.length > 0) {
      walk.add({ place, what: `values removed: ${list(gone)}`, narrows: true, widens: false });
    }
    if (come.length > 0) {
      const what = `values added: ${list(come)}`;
      walk.add({ place, what, narrows: false, widens: true, addition: true });
    }
    return;
  }
  const what = `${describeShape(a)} → ${describeShape(b)}`;
  const narrows = was === undefined || was.some((value) => !admits(b, value));
  const widens = is === undefined || is.some((value) => !admits(a, value));
  walk.add({ place, what, narrows, widens });
}

/** Whether a shape that cannot be listed has this value. */
function admits(shape: Shape, value: Value): boolean {
  switch (shape.kind) {
    case "string":
    case "enum": {
      if (typeof value !== "string") return false;
      const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = shape;
      const { length } = Array.from(value);
      if (length < minLength || length > maxLength) return false;
      return pattern === undefined || new RegExp(pattern, "u").test(value);
    }
    case "integer":
    case "number": {
      if (typeof value !== "number") return false;
      if (shape.kind === "integer" && !Number.isInteger(value)) return false;
      return value >= (shape.minimum ?? -Infinity) && value <= (shape.maximum ?? Infinity);
    }
    default:
      return false;
  }
}

function list(values: readonly Value[]): string {
  return values
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(", ");
}

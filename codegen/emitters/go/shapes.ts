import type { Contract, Field, NamedType, ObjectShape, Shape } from "../../model.js";
import { Refusal } from "../refusal.js";
import { exported } from "./text.js";

/** How Go stands for the shapes of one contract. */
export interface Shapes {
  /** The Go type of a shape; scalars and arrays have none of their own, objects, maps and lists of values do. */
  typeOf(shape: Shape): string;
  /** The Go type of a member: a pointer where it may be absent and its type has no nil. */
  memberType(field: Field): string;
  /** Whether a pointer stands for a member that may be absent. */
  isPointer(field: Field): boolean;
  /** The shape behind references. */
  resolve(shape: Shape): Shape;
  /** Whether a shape has a Go type of its own. */
  isNamed(shape: Shape): boolean;
  /** Members that a struct has: a text that is always the same is no member. */
  membersOf(shape: ObjectShape): readonly Field[];
}

/** Shapes that become Go types. */
const NAMED: ReadonlySet<Shape["kind"]> = new Set(["object", "map", "enum"]);

/** The Go types of a contract. */
export function shapesOf(contract: Contract): Shapes {
  const types = new Map<string, NamedType>(contract.types.map((type) => [type.name, type]));
  const target = (name: string): NamedType => {
    const type = types.get(name);
    if (type === undefined) throw new Error(`no type has the name ${name}`);
    return type;
  };
  const resolve = (shape: Shape): Shape =>
    shape.kind === "reference" ? resolve(target(shape.name).shape) : shape;
  const isNamed = (shape: Shape): boolean =>
    shape.kind === "reference" && NAMED.has(target(shape.name).shape.kind);
  const typeOf = (shape: Shape): string => {
    switch (shape.kind) {
      case "any":
        return "json.RawMessage";
      case "literal":
        return literalType(shape.value);
      case "boolean":
        return "bool";
      case "integer":
        return "int64";
      case "number":
        return "float64";
      case "string":
      case "enum":
        return "string";
      case "array":
        return `[]${typeOf(shape.items)}`;
      case "map":
        return `map[string]${typeOf(shape.values)}`;
      case "reference":
        return isNamed(shape) ? exported(shape.name) : unnamed(shape.name);
      case "object":
        throw new Error("an object without a title has no name in Go");
    }
  };
  /** Names of the types without one of their own in Go that are being spelt out. */
  const spelt = new Set<string>();
  const unnamed = (name: string): string => {
    if (spelt.has(name)) {
      const advice = "let its items be objects that hold the list";
      throw new Refusal(`${name} is a list of such lists, for which Go has no type`, advice);
    }
    spelt.add(name);
    try {
      return typeOf(target(name).shape);
    } finally {
      spelt.delete(name);
    }
  };
  const isPointer = ({ required, shape }: Field): boolean =>
    !required && !["any", "array", "map"].includes(resolve(shape).kind);
  return {
    typeOf,
    resolve,
    isNamed,
    isPointer,
    memberType: (field) => (isPointer(field) ? "*" : "") + typeOf(field.shape),
    membersOf: ({ fields }) =>
      fields.filter(({ required, shape }) => !(required && resolve(shape).kind === "literal")),
  };
}

function literalType(value: string | number | boolean): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (Number.isSafeInteger(value)) return "int64";
  throw new Refusal(`the literal ${value} has no type in Go`, "write a whole number");
}

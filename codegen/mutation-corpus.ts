import type { Contract, NamedType, Shape } from "./model.js";
import type { Json, JsonObject } from "./contract/json.js";
import { isArray, isObject } from "./contract/json.js";

/** Values that some language takes for something else: booleans for numbers, text for digits, holes for null. */
const ODD_VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  "",
  " ",
  "0",
  "१",
  "a\n",
  "\u0000",
  [],
  [null],
  {},
  { type: "CONNECT" },
];

/** A character outside the basic plane: one code point, two UTF-16 units, four bytes. */
const ASTRAL = "😀";

/** Longest text and list that the corpus makes, so that it stays small. */
const MOST = 20_000;

/**
 * Values near an example of a type: each differs from it in one place. Which of them are valid is for an
 * oracle to say. The order is the same every time.
 */
export function mutationsOf(contract: Contract, name: string, example: Json): readonly Json[] {
  const types = new Map(contract.types.map((type) => [type.name, type] as const));
  const found: Json[] = [example];
  mutate(types, { kind: "reference", name }, example, (value) => found.push(value));
  return found;
}

type Types = ReadonlyMap<string, NamedType>;
type Yield = (value: Json) => void;

function mutate(types: Types, shape: Shape, value: Json, give: Yield): void {
  const actual = resolve(types, shape);
  for (const odd of ODD_VALUES) give(odd);
  for (const edge of edgesOf(actual, value)) give(edge);
  if (isArray(value)) mutateArray(types, actual, value, give);
  else if (isObject(value)) mutateObject(types, actual, value, give);
}

function mutateArray(types: Types, shape: Shape, value: readonly Json[], give: Yield): void {
  const items = shape.kind === "array" ? shape.items : ({ kind: "any" } as const);
  const [first] = value;
  if (first === undefined) return;
  mutate(types, items, first, (item) => {
    give([item, ...value.slice(1)]);
  });
}

function mutateObject(types: Types, shape: Shape, value: JsonObject, give: Yield): void {
  give({ ...value, "x-newer": { from: "2099" } });
  // A copied own member of this name has come from JSON.parse; the literal would set the prototype.
  give(JSON.parse(`{"__proto__":1,${JSON.stringify(value).slice(1)}`.replace(",}", "}")) as Json);
  for (const name of Object.keys(value)) {
    const { [name]: inner, ...rest } = value;
    give(rest);
    give({ ...rest, [name.toUpperCase()]: inner ?? null });
    mutate(types, memberShape(shape, name), inner ?? null, (next) => {
      give({ ...value, [name]: next });
    });
  }
  if (shape.kind !== "object") return;
  for (const field of shape.fields) {
    if (Object.hasOwn(value, field.name)) continue;
    for (const odd of [...ODD_VALUES, ...edgesOf(resolve(types, field.shape), null)]) {
      give({ ...value, [field.name]: odd });
    }
  }
}

function memberShape(shape: Shape, name: string): Shape {
  if (shape.kind === "map") return shape.values;
  if (shape.kind !== "object") return { kind: "any" };
  return shape.fields.find((field) => field.name === name)?.shape ?? { kind: "any" };
}

/** Values at the bounds of a shape and just beyond them. */
function edgesOf(shape: Shape, value: Json): readonly Json[] {
  switch (shape.kind) {
    case "integer":
    case "number": {
      const { minimum = 0, maximum = 0 } = shape;
      return [minimum, minimum - 1, maximum, maximum + 1, maximum - 0.5, String(minimum)];
    }
    case "string":
      return lengths(shape.minLength, shape.maxLength).flatMap((length) => [
        "a".repeat(length),
        ASTRAL.repeat(length),
        typeof value === "string" ? `${value}\n` : "\n",
      ]);
    case "enum":
      return [...shape.values, "from_2099", shape.values[0]?.toUpperCase() ?? ""];
    case "array": {
      const [item] = isArray(value) ? value : [];
      if (item === undefined) return [];
      return lengths(shape.minItems, shape.maxItems).map((length) =>
        Array.from({ length }, () => item),
      );
    }
    case "map":
      return lengths(shape.minProperties, shape.maxProperties).flatMap((count) => [
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"])),
        { [ASTRAL]: "v" },
        { "": "v" },
        { ["k".repeat(65)]: "v" },
      ]);
    default:
      return [];
  }
}

function lengths(min = 0, max = 0): readonly number[] {
  return [min - 1, min, max, max + 1].filter((length) => length >= 0 && length <= MOST);
}

function resolve(types: Types, shape: Shape): Shape {
  if (shape.kind !== "reference") return shape;
  const type = types.get(shape.name);
  if (type === undefined) throw new Error(`unknown type ${shape.name}`);
  return resolve(types, type.shape);
}

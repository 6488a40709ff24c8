import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, it } from "vitest";

import { schemaOf } from "../emitters/json-schema.js";
import type { Field, NamedType, Shape } from "../model.js";
import { ShapeComparison } from "./shapes.js";

/** Few bounds and few letters, so that two shapes and a value meet at their edges often. */
const bound = fc.integer({ min: 0, max: 3 });
const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 4 });
const patterns = fc.constantFrom("^a", "^[ab]+$", "b$");

const { shape: shapes } = fc.letrec<{ shape: Shape; field: Field }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Shape>({ kind: "any" }, { kind: "boolean" }),
    fc.record({
      kind: fc.constant("literal" as const),
      value: fc.oneof(letters, fc.boolean(), bound),
    }),
    fc
      .tuple(fc.constantFrom("integer" as const, "number" as const), bound, bound)
      .map(([kind, a, b]) => ({ kind, minimum: Math.min(a, b), maximum: Math.max(a, b) })),
    fc.record(
      {
        kind: fc.constant("string" as const),
        minLength: bound,
        maxLength: bound,
        pattern: patterns,
      },
      { requiredKeys: ["kind"] },
    ),
    fc.record({
      kind: fc.constant("enum" as const),
      values: fc.uniqueArray(letters, { minLength: 1, maxLength: 3 }),
      open: fc.boolean(),
    }),
    fc.record(
      {
        kind: fc.constant("array" as const),
        items: tie("shape"),
        minItems: bound,
        maxItems: bound,
        uniqueItems: fc.constant(true),
      },
      { requiredKeys: ["kind", "items"] },
    ),
    fc.record(
      { kind: fc.constant("map" as const), values: tie("shape"), maxProperties: bound },
      { requiredKeys: ["kind", "values"] },
    ),
    fc.record(
      {
        kind: fc.constant("object" as const),
        fields: fc.uniqueArray(tie("field"), {
          minLength: 1,
          maxLength: 3,
          selector: ({ name }) => name,
        }),
        open: fc.boolean(),
        minProperties: bound,
      },
      { requiredKeys: ["kind", "fields", "open"] },
    ),
  ),
  field: fc.record({
    name: fc.constantFrom("a", "b", "ab"),
    required: fc.boolean(),
    description: fc.constant(""),
    shape: tie("shape"),
  }),
}));

/** Any JSON of the same few letters and numbers; deep enough to reach every shape above. */
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    letters,
    fc.boolean(),
    bound,
    fc.constant(1.5),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "ab"), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}));

/** Objects of the same few members, which random shapes are too seldom. */
const objects = fc.record<Shape & { kind: "object" }>({
  kind: fc.constant("object" as const),
  fields: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "ab"),
      required: fc.boolean(),
      description: fc.constant(""),
      shape: fc.constantFrom<Shape>({ kind: "any" }, { kind: "boolean" }),
    }),
    { maxLength: 3, selector: ({ name }) => name },
  ),
  open: fc.boolean(),
});
const flat = fc.dictionary(fc.constantFrom("a", "b", "ab"), fc.boolean(), {
  maxKeys: 3,
  noNullPrototype: true,
});

const ajv = new Ajv({ strict: false });

function named(shape: Shape): readonly NamedType[] {
  return [{ name: "Thing", description: "", shape, source: "test" }];
}

/** Whether a sender of one contract would send this: it is valid, and names no member beyond the fields. */
function sends(shape: Shape, value: unknown): boolean {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (shape.kind === "array")
    return Array.isArray(value) && value.every((item) => sends(shape.items, item));
  if (shape.kind === "map")
    return isObject && Object.values(value).every((each) => sends(shape.values, each));
  if (shape.kind !== "object") return true;
  if (!isObject) return false;
  return Object.entries(value).every(([name, member]) => {
    const field = shape.fields.find((each) => each.name === name);
    return field !== undefined && sends(field.shape, member);
  });
}

function checker(shape: Shape): (value: unknown) => boolean {
  const validate = ajv.compile(schemaOf(shape));
  return (value) => validate(value);
}

it.each([
  ["of any shape", shapes, values],
  ["of objects", objects, flat],
] as const)(
  "no value %s that one contract sends is refused by another without a change that says so",
  (_, shape: fc.Arbitrary<Shape>, value: fc.Arbitrary<unknown>) => {
    let refused = 0;
    const some = fc.array(value, { minLength: 30, maxLength: 30 });
    const property = fc.property(shape, shape, some, (a, b, sent) => {
      const pair = { old: "Thing", new: "Thing" };
      const { differences } = new ShapeComparison(named(a), named(b)).compareTypes(pair);
      const [old, now] = [checker(a), checker(b)];
      for (const each of sent) {
        if (old(each) && sends(a, each) && !now(each)) {
          refused += 1;
          expect(differences.some(({ narrows }) => narrows)).toBe(true);
        }
        if (now(each) && sends(b, each) && !old(each)) {
          refused += 1;
          expect(differences.some(({ widens }) => widens)).toBe(true);
        }
      }
    });
    fc.assert(property, { numRuns: 800 });
    expect(refused).toBeGreaterThan(500);
  },
);

import type { NamedType, ObjectShape, Shape } from "../model.js";
import { describeShape } from "./describe-shape.js";
import { compareFields } from "./fields.js";
import { compareBounds, comparePattern } from "./scalars.js";
import { compareValues, finite } from "./values.js";

/** How two shapes differ at one place. */
export interface Difference {
  /** Path from the type, for example `.items[].name`; empty for the type itself. */
  readonly place: string;
  readonly what: string;
  /** The old shape has values that the new one refuses. */
  readonly narrows: boolean;
  /** The new shape has values that the old one refuses. */
  readonly widens: boolean;
  /** A new field or enum value, which a client withholds from a server of an earlier version (CONN-25). */
  readonly addition?: true;
}

/** Named types that stand in the same place of the old and the new contract. */
export interface TypePair {
  readonly old: string;
  readonly new: string;
}

/** What comparing two shapes gives: differences here, and pairs of named types to compare next. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly pairs: readonly TypePair[];
}

/** Compares shapes by the values that they admit. */
export class ShapeComparison {
  readonly #old: ReadonlyMap<string, NamedType>;
  readonly #new: ReadonlyMap<string, NamedType>;

  constructor(old: readonly NamedType[], now: readonly NamedType[]) {
    this.#old = new Map(old.map((type) => [type.name, type]));
    this.#new = new Map(now.map((type) => [type.name, type]));
  }

  /** Compares two named types; their own references are left as pairs. */
  compareTypes({ old, new: now }: TypePair): Comparison {
    const walk = new Walk(this.#old, this.#new);
    walk.compare(shapeOf(this.#old, old), shapeOf(this.#new, now), "");
    return walk;
  }
}

/** One comparison while it runs. */
export class Walk implements Comparison {
  readonly differences: Difference[] = [];
  readonly pairs: TypePair[] = [];

  constructor(
    readonly old: ReadonlyMap<string, NamedType>,
    readonly now: ReadonlyMap<string, NamedType>,
  ) {}

  compare(before: Shape, after: Shape, place: string): void {
    if (before.kind === "reference" && after.kind === "reference") {
      this.pairs.push({ old: before.name, new: after.name });
      if (before.name === after.name) return;
      const what = `the type ${before.name} is called ${after.name}`;
      this.add({ place, what, narrows: false, widens: false });
      return;
    }
    const a = plain(before.kind === "reference" ? shapeOf(this.old, before.name) : before);
    const b = plain(after.kind === "reference" ? shapeOf(this.now, after.name) : after);
    this.#compare(a, b, place);
  }

  add(difference: Difference): void {
    this.differences.push(difference);
  }

  #compare(a: Shape, b: Shape, place: string): void {
    if (a.kind === "any" || b.kind === "any") {
      if (a.kind === b.kind) return;
      const what = `${describeShape(a)} → ${describeShape(b)}`;
      this.add({ place, what, narrows: a.kind === "any", widens: b.kind === "any" });
    } else if (finite(a) !== undefined || finite(b) !== undefined) {
      compareValues(this, a, b, place);
    } else if (isNumber(a) && isNumber(b)) {
      if (a.kind !== b.kind) {
        const what = `${a.kind} → ${b.kind}`;
        this.add({ place, what, narrows: b.kind === "integer", widens: a.kind === "integer" });
      }
      compareBounds(this, a, b, place, ["minimum", "maximum"]);
    } else if (isText(a) && isText(b)) {
      this.#compareKnown(a, b, place);
      compareBounds(this, a, b, place, ["minLength", "maxLength"]);
      comparePattern(this, a.pattern, b.pattern, place);
    } else if (a.kind === "array" && b.kind === "array") {
      compareBounds(this, a, b, place, ["minItems", "maxItems"]);
      const [was, is] = [a.uniqueItems === true, b.uniqueItems === true];
      if (was !== is) {
        const what = is ? "items must now be distinct" : "items may now repeat";
        this.add({ place, what, narrows: is, widens: was });
      }
      this.compare(a.items, b.items, `${place}[]`);
    } else if (a.kind === "object" && b.kind === "object") {
      compareBounds(this, a, b, place, ["minProperties", "maxProperties"]);
      compareFields(this, a, b, place);
    } else {
      const [free, freed] = [asMap(a), asMap(b)];
      if (free !== undefined && freed !== undefined) {
        this.#compareMaps(free, freed, place);
        return;
      }
      const what = `${describeShape(a)} → ${describeShape(b)}`;
      this.add({ place, what, narrows: true, widens: true });
    }
  }

  #compareMaps(a: MapShape, b: MapShape, place: string): void {
    compareBounds(this, a, b, place, ["minProperties", "maxProperties"]);
    this.compare(a.names ?? NAME, b.names ?? NAME, `${place}{name}`);
    this.compare(a.values, b.values, `${place}{}`);
  }

  /** Known values of an open enum only inform: an unknown one passes (FRAME-12). */
  #compareKnown(a: Text, b: Text, place: string): void {
    const [was, is] = [known(a), known(b)];
    const gone = was.filter((value) => !is.includes(value));
    const come = is.filter((value) => !was.includes(value));
    const quiet = { place, narrows: false, widens: false };
    if (come.length > 0) this.add({ ...quiet, what: `known values added: ${come.join(", ")}` });
    if (gone.length > 0) this.add({ ...quiet, what: `known values dropped: ${gone.join(", ")}` });
  }
}

type Text = Extract<Shape, { kind: "string" | "enum" }>;

type MapShape = Extract<Shape, { kind: "map" }>;

/** What the name of a member is where nothing is said. */
const NAME: Shape = { kind: "string" };

function known(shape: Text): readonly string[] {
  return shape.kind === "enum" ? shape.values : [];
}

function isText(shape: Shape): shape is Text {
  return shape.kind === "string" || shape.kind === "enum";
}

function isNumber(shape: Shape): shape is Extract<Shape, { kind: "integer" | "number" }> {
  return shape.kind === "integer" || shape.kind === "number";
}

/** An object about whose members nothing is said is one without known fields. */
function plain(shape: Shape): Shape {
  if (shape.kind !== "map" || shape.values.kind !== "any" || shape.names !== undefined)
    return shape;
  return { kind: "object", fields: [], open: true, ...memberBounds(shape) };
}

function memberBounds({
  minProperties,
  maxProperties,
}: ObjectShape | MapShape): Pick<MapShape, "minProperties" | "maxProperties"> {
  return {
    ...(minProperties === undefined ? {} : { minProperties }),
    ...(maxProperties === undefined ? {} : { maxProperties }),
  };
}

/** An object as free members, where it says nothing of any. */
function asMap(shape: Shape): MapShape | undefined {
  if (shape.kind === "map") return shape;
  if (shape.kind !== "object" || !shape.open || shape.fields.length > 0) return undefined;
  return { kind: "map", values: { kind: "any" }, ...memberBounds(shape) };
}

function shapeOf(types: ReadonlyMap<string, NamedType>, name: string): Shape {
  const type = types.get(name);
  if (type === undefined) throw new Error(`the model names no type ${name}`);
  return plain(type.shape);
}

import type { Field, NamedType, Shape } from "../model.js";
import { formatPointer, isArray, isObject } from "./json.js";
import type { Json, JsonObject, JsonPath } from "./json.js";
import { followReference, resolveReferences } from "./references.js";
import { isPattern } from "./schema-rules.js";
import type { Place, Sources } from "./source.js";

/** Keywords that say nothing about the values of a type in any language. */
const ANNOTATIONS = [
  "$schema",
  "$id",
  "title",
  "description",
  "default",
  "examples",
  "definitions",
  "format",
  "deprecated",
  "$comment",
];

/** Keywords of each `type`, beside the annotations; everything else stops generation. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  any: [],
  const: ["const", "type"],
  reference: ["$ref"],
  boolean: ["type"],
  integer: ["type", "minimum", "maximum"],
  number: ["type", "minimum", "maximum"],
  string: ["type", "minLength", "maxLength", "pattern", "enum"],
  array: ["type", "items", "minItems", "maxItems", "uniqueItems"],
  object: [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
  ],
};

const SAFE = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;

/** Turns schemas into named types, each once, in the order in which they are first met. */
export class TypeGraph {
  readonly #sources: Sources;
  readonly #types = new Map<string, NamedType>();
  /** Where each type stands, by its name. */
  readonly #places = new Map<string, Place>();
  /** Names by place, also while the type is still being read, so that a type may hold itself. */
  readonly #names = new Map<string, string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  get types(): readonly NamedType[] {
    return [...this.#types.values()];
  }

  /** Where a type stands. */
  placeOf(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`no type has the name ${name}`);
    return place;
  }

  /** Adds the schema at a place, with all that it refers to, and gives its shape: a reference when it has a title. */
  add(place: Place): Shape {
    const schema = place.value;
    if (!isObject(schema)) {
      this.#report(place, [], "a schema is an object here", "write { … } with the wanted keywords");
      return { kind: "any" };
    }
    if (schema.$ref !== undefined) return this.#reference(place, schema);
    const title = schema.title;
    if (typeof title !== "string") return this.#shape(place, schema);
    const source = `${place.source.name}${place.path.length === 0 ? "" : `#${formatPointer(place.path)}`}`;
    const known = this.#names.get(source);
    if (known !== undefined) return { kind: "reference", name: known };
    this.#names.set(source, title);
    const other = [...this.#names].find(([at, name]) => name === title && at !== source);
    if (other !== undefined) {
      const advice = `give it a title of its own; ${other[0]} has this one`;
      this.#report(place, ["title"], `two types are called ${title}`, advice);
    }
    const shape = this.#shape(place, schema);
    const description = typeof schema.description === "string" ? schema.description : "";
    this.#places.set(title, place);
    this.#types.set(title, { name: title, description, shape, source });
    return { kind: "reference", name: title };
  }

  #reference(place: Place, schema: JsonObject): Shape {
    this.#allow(place, schema, "reference");
    // Whether it ends anywhere is asked first: a circle has no shape.
    if (resolveReferences(this.#sources, place) === undefined) return { kind: "any" };
    const target = followReference(this.#sources, place);
    return target === undefined ? { kind: "any" } : this.add(target);
  }

  #shape(place: Place, schema: JsonObject): Shape {
    const kind = schema.const === undefined ? (schema.type ?? "any") : "const";
    if (typeof kind !== "string" || KEYWORDS[kind] === undefined) {
      const advice = isArray(kind)
        ? "write one type; what may be missing is left out of required, not null"
        : "write one of string, integer, number, boolean, array or object";
      this.#report(place, ["type"], "this type is not supported", advice);
      return { kind: "any" };
    }
    this.#allow(place, schema, kind);
    switch (kind) {
      case "const":
        return this.#literal(place, schema.const);
      case "boolean":
        return { kind };
      case "integer": // without bounds: what every language can hold
        return { kind, ...SAFE, ...numbers(schema, "minimum", "maximum") };
      case "number":
        return { kind, ...numbers(schema, "minimum", "maximum") };
      case "string":
        return this.#text(place, schema);
      case "array":
        return {
          kind,
          items: this.#child(place, "items"),
          ...numbers(schema, "minItems", "maxItems"),
          ...(schema.uniqueItems === true ? { uniqueItems: true } : {}),
        };
      case "object":
        return this.#object(place, schema);
      default:
        return { kind: "any" };
    }
  }

  #literal(place: Place, value: Json | undefined): Shape {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "literal", value };
    }
    this.#report(place, ["const"], "const is null, an array or an object", "write a scalar");
    return { kind: "any" };
  }

  #text(place: Place, schema: JsonObject): Shape {
    const pattern = typeof schema.pattern === "string" ? { pattern: schema.pattern } : {};
    const bounds = { ...numbers(schema, "minLength", "maxLength"), ...pattern };
    const open = texts(schema["x-known-values"]);
    const closed = texts(schema.enum);
    if (open !== undefined && closed !== undefined) {
      const advice = "keep enum to refuse other values, or x-known-values to allow them";
      this.#report(place, ["enum"], "enum and x-known-values stand beside each other", advice);
    }
    if (open !== undefined) return { kind: "enum", values: open, open: true, ...bounds };
    if (closed === undefined) return { kind: "string", ...bounds };
    const refused = closed.find((value) => !isWithin(value, bounds));
    if (refused !== undefined) {
      const message = `the schema's own bounds refuse the value ${JSON.stringify(refused)}`;
      this.#report(place, ["enum"], message, "leave it out of enum, or widen the bounds");
    }
    return { kind: "enum", values: closed, open: false };
  }

  #object(place: Place, schema: JsonObject): Shape {
    const bounds = numbers(schema, "minProperties", "maxProperties");
    const properties = isObject(schema.properties) ? schema.properties : {};
    const names = Object.keys(properties);
    const additional = schema.additionalProperties;
    const required = isArray(schema.required) ? schema.required : [];
    required.forEach((name, index) => {
      if (typeof name === "string" && names.includes(name)) return;
      const others = names.length === 0 ? "" : `write one of ${names.join(", ")}, or `;
      const advice = `${others}describe it under properties`;
      this.#report(place, ["required", index], `required names no property`, advice);
    });
    if (names.length === 0 && additional !== false) {
      const values: Shape = isObject(additional)
        ? this.#child(place, "additionalProperties")
        : { kind: "any" };
      const keys = isObject(schema.propertyNames)
        ? { names: this.#child(place, "propertyNames") }
        : {};
      return { kind: "map", values, ...keys, ...bounds };
    }
    for (const keyword of ["additionalProperties", "propertyNames"]) {
      if (!isObject(schema[keyword])) continue;
      const advice = "give free members an object of their own";
      this.#report(place, [keyword], `${keyword} beside properties is not supported`, advice);
    }
    const fields = names.map((name) => this.#field(place, name, required.includes(name)));
    return { kind: "object", fields, open: additional !== false, ...bounds };
  }

  #field(place: Place, name: string, required: boolean): Field {
    const value = (place.value as { properties: JsonObject }).properties[name] ?? null;
    const path = [...place.path, "properties", name];
    const shape = this.add({ source: place.source, path, value });
    return { name, required, description: this.#describe(value, shape), shape };
  }

  #describe(schema: Json, shape: Shape): string {
    if (isObject(schema) && typeof schema.description === "string") return schema.description;
    return shape.kind === "reference" ? (this.#types.get(shape.name)?.description ?? "") : "";
  }

  #child(place: Place, keyword: string): Shape {
    const value = isObject(place.value) ? place.value[keyword] : undefined;
    if (value === undefined) {
      this.#report(place, [], `${keyword} is missing`, `write ${keyword}: with a schema`);
      return { kind: "any" };
    }
    return this.add({ ...place, path: [...place.path, keyword], value });
  }

  #allow(place: Place, schema: JsonObject, kind: string): void {
    const allowed = KEYWORDS[kind] ?? [];
    for (const keyword of Object.keys(schema)) {
      if (allowed.includes(keyword) || keyword.startsWith("x-")) continue;
      if (ANNOTATIONS.includes(keyword)) continue;
      const message = `the keyword ${keyword} is not supported ${kind === "any" ? "without a type" : `beside ${kind === "const" || kind === "reference" ? kind : `type ${kind}`}`}`;
      const list = allowed.length === 0 ? "only annotations" : `only ${allowed.join(", ")}`;
      this.#report(place, [keyword], message, `write ${list}, or teach codegen this keyword first`);
    }
  }

  #report(place: Place, path: JsonPath, message: string, advice: string): void {
    this.#sources.report(place.source, [...place.path, ...path], message, advice);
  }
}

interface TextBounds {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

function isWithin(value: string, { minLength = 0, maxLength, pattern = "" }: TextBounds): boolean {
  const { length } = Array.from(value);
  if (length < minLength || length > (maxLength ?? length)) return false;
  return isPattern(pattern) && new RegExp(pattern, "u").test(value);
}

function texts(value: Json | undefined): readonly string[] | undefined {
  return isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

function numbers<Name extends string>(
  schema: JsonObject,
  ...names: readonly Name[]
): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const value = schema[name];
    if (typeof value === "number") found[name] = value;
  }
  return found;
}

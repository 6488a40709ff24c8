// The schemas as mutations need them: references resolved, and every place of a valid frame with its rule.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FRAME_SCHEMAS, type Direction } from "../contract.js";
import { isObject, type JsonObject } from "../json.js";
import { packageRoot } from "../package-root.js";

/** The keywords that the contract's schemas use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly "x-invalid-examples"?: readonly { readonly value: unknown }[];
}

/** One value within a valid frame. */
export interface Site {
  readonly path: readonly (string | number)[];
  readonly schema: Schema;
  readonly value: unknown;
  /** Whether its object cannot do without it. */
  readonly isRequired: boolean;
}

export class Schemas {
  readonly #files = new Map<string, Schema & { readonly definitions?: Record<string, Schema> }>();

  constructor(private readonly root: string = packageRoot()) {}

  /** Frame type → schema. */
  frames(direction: Direction): ReadonlyMap<string, Schema> {
    const files = Object.entries(FRAME_SCHEMAS[direction]);
    return new Map(files.map(([type, file]) => [type, this.#file(file)]));
  }

  #file(name: string): Schema & { readonly definitions?: Record<string, Schema> } {
    const known = this.#files.get(name);
    if (known) return known;
    const text = readFileSync(join(this.root, "schemas", name), "utf8");
    const read = JSON.parse(text) as Schema;
    this.#files.set(name, read);
    return read;
  }

  #resolved(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    const [file = "", pointer = ""] = schema.$ref.split("#");
    const name = pointer.split("/").at(-1) ?? "";
    const found = name === "" ? this.#file(file) : this.#file(file).definitions?.[name];
    if (!found) throw new Error(`${schema.$ref} does not exist`);
    return this.#resolved(found);
  }

  /** Every value of a frame, the frame itself first. */
  sites(schema: Schema, value: unknown): readonly Site[] {
    const sites: Site[] = [];
    const walk = (given: Schema, at: unknown, path: Site["path"], isRequired: boolean): void => {
      const rule = this.#resolved(given);
      sites.push({ path, schema: rule, value: at, isRequired });
      if (Array.isArray(at) && rule.items) {
        for (const [index, each] of at.entries()) walk(rule.items, each, [...path, index], false);
      }
      if (!isObject(at)) return;
      for (const [name, each] of Object.entries(at)) {
        const other = rule.additionalProperties;
        const inner = rule.properties?.[name] ?? (typeof other === "object" ? other : undefined);
        if (inner) walk(inner, each, [...path, name], rule.required?.includes(name) === true);
      }
    };
    walk(schema, value, [], true);
    return sites;
  }

  /** Optional members that a frame does not have, with a valid value for each. */
  optional(schema: Schema, frame: JsonObject): JsonObject {
    const found: Record<string, unknown> = {};
    for (const [name, given] of Object.entries(schema.properties ?? {})) {
      const example = this.#resolved(given).examples?.[0];
      if (!Object.hasOwn(frame, name) && example !== undefined) found[name] = example;
    }
    return found;
  }
}

/** A copy of a value with one place replaced, or left out where `by` is undefined. */
export function replaced(value: unknown, path: Site["path"], by: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return by;
  if (Array.isArray(value)) {
    const copy = (value as readonly unknown[]).map((each, index) =>
      index === head ? replaced(each, rest, by) : each,
    );
    return copy.filter((each) => each !== undefined);
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([name, each]) => [name, name === head ? replaced(each, rest, by) : each] as const,
  );
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

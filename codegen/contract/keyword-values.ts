// What the keywords of a schema may say themselves: a bound that is a text would bind nobody, and a schema
// that no value fits is a slip.

import { isArray, isObject } from "./json.js";
import type { Json, JsonObject, JsonPath } from "./json.js";

/** One keyword whose value is wrong, at a path from its schema. */
export interface KeywordFault {
  readonly path: JsonPath;
  readonly message: string;
  readonly advice: string;
}

interface Kind {
  readonly fits: (value: Json) => boolean;
  readonly what: string;
}

const NUMBER: Kind = { fits: (value) => Number.isFinite(value), what: "a number" };
const COUNT: Kind = {
  fits: (value) => Number.isInteger(value) && Number(value) >= 0,
  what: "a whole number from 0",
};
const TEXT: Kind = { fits: (value) => typeof value === "string", what: "a text" };
const FLAG: Kind = { fits: (value) => typeof value === "boolean", what: "true or false" };
const OBJECT: Kind = { fits: isObject, what: "a mapping" };
const TEXTS: Kind = { fits: areTexts, what: "a list of texts, none of them twice" };
const VALUES: Kind = {
  fits: (value) => areTexts(value) && isArray(value) && value.length > 0,
  what: "a list of one text or more, none of them twice",
};
const SCALAR: Kind = {
  fits: (value) => typeof value !== "number" || isHoldable(value),
  what: "a text, true, false, or a number that every language can hold",
};

const KINDS: Readonly<Record<string, Kind>> = {
  minimum: NUMBER,
  maximum: NUMBER,
  minLength: COUNT,
  maxLength: COUNT,
  minItems: COUNT,
  maxItems: COUNT,
  minProperties: COUNT,
  maxProperties: COUNT,
  pattern: TEXT,
  description: TEXT,
  uniqueItems: FLAG,
  required: TEXTS,
  enum: VALUES,
  "x-known-values": VALUES,
  properties: OBJECT,
  definitions: OBJECT,
  additionalProperties: {
    fits: (value) => typeof value === "boolean" || isObject(value),
    what: "true, false or a schema",
  },
  propertyNames: OBJECT,
  const: SCALAR,
};

const PAIRS = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
] as const;

/** What is wrong with the keywords of one schema, not of those inside it. */
export function keywordFaults(schema: JsonObject): readonly KeywordFault[] {
  const faults = Object.entries(KINDS).flatMap(([keyword, { fits, what }]) => {
    const value = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    if (value === undefined || fits(value)) return [];
    return [{ path: [keyword], message: `${keyword} is not ${what}`, advice: `write ${what}` }];
  });
  return faults.length > 0 ? faults : [...crossedBounds(schema), ...strangeConstant(schema)];
}

function crossedBounds(schema: JsonObject): readonly KeywordFault[] {
  return PAIRS.flatMap(([least, most]) => {
    const [low, high] = [schema[least], schema[most]];
    if (typeof low !== "number" || typeof high !== "number" || low <= high) return [];
    const message = `no value fits: ${least} ${low} is beyond ${most} ${high}`;
    return [{ path: [least], message, advice: "exchange them, or widen one" }];
  });
}

function strangeConstant({ const: value, type }: JsonObject): readonly KeywordFault[] {
  if (value === undefined || type === undefined || isOfType(value, type)) return [];
  const message = `no value fits: const is not of the type ${JSON.stringify(type)}`;
  return [{ path: ["const"], message, advice: "leave the type out, or write another const" }];
}

function isOfType(value: Json, type: Json): boolean {
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type || isObject(value) || isArray(value) || value === null;
}

/** A larger whole number was rounded when it was read. */
function isHoldable(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function areTexts(value: Json): boolean {
  if (!isArray(value) || !value.every((item) => typeof item === "string")) return false;
  return new Set(value).size === value.length;
}

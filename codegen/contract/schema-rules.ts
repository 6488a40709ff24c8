import { doublesWork } from "./backtracking.js";
import { isArray, isObject } from "./json.js";
import type { Json, JsonObject, JsonPath } from "./json.js";
import { keywordFaults } from "./keyword-values.js";

/**
 * Rules that every schema of a contract keeps, as pure functions over one schema document. Generation and
 * `npm run lint:contract` both use them: the first through contract/check-schemas.ts, the second also
 * through the functions of Spectral.
 */

/** What one rule finds wrong, at a path from the schema that was given. */
export interface Finding {
  readonly path: JsonPath;
  readonly message: string;
  readonly advice: string;
}

/** Where a schema stands in the one that holds it. */
type Role = "root" | "definition" | "property" | "part";

/** Judges one schema, not those inside it. */
type NodeRule = (schema: JsonObject, role: Role, path: JsonPath) => readonly Finding[];

/** Name of a rule. */
export type SchemaRuleName =
  | "additional-properties"
  | "bounded-integer"
  | "description"
  | "draft"
  | "forbidden-title"
  | "format"
  | "holdable-bound"
  | "keyword-value"
  | "pattern"
  | "property-name"
  | "title";

/** The one draft that every tool here reads. */
export const DRAFT = "http://json-schema.org/draft-07/schema#";

/** Titles that are already the name of something in one of the languages. */
const FORBIDDEN_TITLES = ["Error", "Event", "Events", "Message", "SentEvents", "Sync"];

const LENGTHS = [
  ...["minLength", "maxLength", "minItems", "maxItems"],
  ...["minProperties", "maxProperties"],
];

const RULES: Readonly<Record<SchemaRuleName, NodeRule>> = {
  "additional-properties": (schema) => {
    if (schema.type !== "object" || schema.additionalProperties !== undefined) return [];
    const advice = "write additionalProperties: true (receivers ignore unknown members) or false";
    return [finding([], "additionalProperties is not said", advice)];
  },
  "bounded-integer": (schema) => {
    if (schema.type !== "integer") return [];
    return ["minimum", "maximum"].flatMap((bound) => {
      if (typeof schema[bound] === "number") return [];
      const advice = `write a ${bound} of at most 2^53-1 in size, so that every language can hold it`;
      return [finding([], `the integer has no ${bound}`, advice)];
    });
  },
  description: (schema) => {
    if (typeof schema.description === "string" && schema.description.trim() !== "") return [];
    const advice = "write a description with the unit and the bounds";
    return [finding([], "the schema has no description", advice)];
  },
  draft: (schema, role) => {
    if (schema.$schema === DRAFT || (role !== "root" && schema.$schema === undefined)) return [];
    const path = schema.$schema === undefined ? [] : ["$schema"];
    return [finding(path, "the schema is not of draft-07", `write "$schema": "${DRAFT}"`)];
  },
  "forbidden-title": (schema) => {
    if (typeof schema.title !== "string" || !FORBIDDEN_TITLES.includes(schema.title)) return [];
    const advice = `write a longer one, as in ${schema.title}Frame`;
    return [finding(["title"], `the title ${schema.title} is taken in some languages`, advice)];
  },
  format: (schema) => {
    if (schema.format === undefined) return [];
    return [finding(["format"], "no language checks a format", "write a pattern and lengths")];
  },
  "holdable-bound": (schema) => {
    const bounds = schema.type === "integer" ? ["minimum", "maximum"] : [];
    const advice = "write one that every language can hold";
    const unsafe = bounds.flatMap((bound) => {
      const value = schema[bound];
      if (typeof value !== "number" || Number.isSafeInteger(value)) return [];
      const what = `the ${bound} of an integer is no whole number of at most 2^53-1 in size`;
      return [finding([bound], what, advice)];
    });
    const large = LENGTHS.flatMap((bound) => {
      const value = schema[bound];
      if (typeof value !== "number" || value <= 2 ** 31 - 1) return [];
      return [finding([bound], `${bound} is beyond 2^31-1`, "write a smaller one, or none")];
    });
    return [...unsafe, ...large];
  },
  "keyword-value": keywordFaults,
  pattern: (schema) => {
    if (typeof schema.pattern !== "string") return [];
    if (!isPattern(schema.pattern)) {
      const advice = "write an ECMAScript regular expression with the flag u";
      return [finding(["pattern"], "the pattern is no regular expression", advice)];
    }
    if (!doublesWork(schema.pattern)) return [];
    const message =
      "a short text can keep the pattern busy for hours: a loop reads it in many ways";
    const advice =
      "let a loop begin with a character of its own: ^[a-z]+(-[a-z]+)*$, not ^([a-z]+-?)*$";
    return [finding(["pattern"], message, advice)];
  },
  "property-name": (schema) => {
    const names = isObject(schema.properties) ? Object.keys(schema.properties) : [];
    return names
      .filter((name) => name in Object.prototype)
      .map((name) => {
        const message = `every JavaScript object inherits a member ${name}`;
        return finding(["properties", name], message, "write another name");
      });
  },
  title: (schema, role) => {
    const named = schema.type === "object" || isArray(schema.enum ?? schema["x-known-values"]);
    if (role !== "root" && role !== "definition" && !named) return [];
    if (typeof schema.title === "string" && /^[A-Z][A-Za-z0-9]*$/u.test(schema.title)) return [];
    const path = schema.title === undefined ? [] : ["title"];
    const advice = "write a title in PascalCase: it is the type's name in every language";
    return [finding(path, "the schema has no title that can name a type", advice)];
  },
};

/** Names of all rules. */
export const SCHEMA_RULES = Object.keys(RULES) as readonly SchemaRuleName[];

/** What a rule finds in a schema and in all that stands inside it; references are not followed. */
export function applySchemaRule(
  name: SchemaRuleName,
  schema: Json,
  role: Role = "root",
): readonly Finding[] {
  const findings: Finding[] = [];
  visit(schema, role, [], (node, nodeRole, path) => {
    for (const found of RULES[name](node, nodeRole, path)) {
      findings.push({ ...found, path: [...path, ...found.path] });
    }
  });
  return findings;
}

/** Calls back with every schema inside a schema document, itself first; a `$ref` is not one. */
export function visit(
  schema: Json | undefined,
  role: Role,
  path: JsonPath,
  callback: (node: JsonObject, role: Role, path: JsonPath) => void,
): void {
  if (!isObject(schema) || schema.$ref !== undefined) return;
  callback(schema, role, path);
  for (const [keyword, inner] of [
    ["definitions", "definition"],
    ["properties", "property"],
  ] as const) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    for (const name of Object.keys(members)) {
      visit(members[name], inner, [...path, keyword, name], callback);
    }
  }
  for (const keyword of ["items", "additionalProperties", "propertyNames"]) {
    visit(schema[keyword], "part", [...path, keyword], callback);
  }
}

/** Whether a text is a regular expression of ECMAScript with the flag u. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u").source !== "";
  } catch {
    return false;
  }
}

function finding(path: JsonPath, message: string, advice: string): Finding {
  return { path, message, advice };
}

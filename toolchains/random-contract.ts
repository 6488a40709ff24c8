import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";

import { Ajv } from "ajv";
import fc from "fast-check";

import { readContract } from "../codegen/contract.js";
import type { Json, JsonObject } from "../codegen/contract/json.js";
import { isArray, isObject } from "../codegen/contract/json.js";
import type { Contract } from "../codegen/model.js";
import { mutationsOf } from "../codegen/mutation-corpus.js";
import { packageRoot } from "../codegen/package-root.js";

/** A payload as text, and whether plain ajv takes it by the schema as it was written. */
export interface Verdict {
  /** Name of the payload's type. */
  readonly payload: string;
  readonly text: string;
  readonly valid: boolean;
}

/** Seeds that `npm test` and `npm run languages` try; whoever looks for faults tries others. */
export const SEEDS = [1, 2, 3];

/** Events of one contract, and payloads tried of each at most. */
const EVENTS = 16;
const MOST = 160;

/** A contract whose events have the payloads that chance wrote, in a temporary folder. */
export class RandomContract {
  readonly folder = mkdtempSync(join(tmpdir(), "latido-random-"));
  readonly document = join(this.folder, "contract.yaml");
  readonly contract: Contract;
  readonly verdicts: readonly Verdict[];

  /** The same seed gives the same contract. */
  constructor(seed: number) {
    const made = fc.sample(anyPayload, { seed, numRuns: EVENTS });
    const schemas = made.map((schema, index) => titled(schema, `Odd${index}x`));
    writeFileSync(this.document, JSON.stringify(documentOf(this.folder, schemas)));
    this.contract = readContract(this.document).contract;
    this.verdicts = schemas.flatMap((schema) => verdictsOf(this.contract, schema));
  }

  /** The verdicts as JSON Lines, for programs of other languages. */
  write(file: string): void {
    writeFileSync(file, this.verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(""));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where answers, one a line, differ from the verdicts; at most ten lines for people. */
export function disagreements(verdicts: readonly Verdict[], answers: string): readonly string[] {
  const told = answers.trimEnd().split("\n");
  if (told.length !== verdicts.length) return [`${told.length} answers of ${verdicts.length}`];
  return verdicts
    .flatMap(({ payload, text, valid }, index) => {
      const answer = told[index] ?? "";
      return answer === String(valid) ? [] : [`${payload} ${text}: ${answer}, ajv says ${valid}`];
    })
    .slice(0, 10);
}

const TEXTS = ["a", "b c", "A-1", "true", "None", "日1", 'x"y', "z\\", "n\n1", "\uFEFF2", "*/3"];
const MEMBERS = (
  "class func type self none v m id userId a-b from error naïve json len tag r members ok " +
  "default copy range string nil lambda path init x2FA text\uFEFF"
).split(" ");
/** Patterns with a text that each takes. */
const PATTERNS: Readonly<Record<string, string>> = {
  "^[a-z]+$": "abc",
  "^(a|b|cd)*$": "acd",
  "^[0-9]{4}-[0-9]{2}$": "2026-03",
  "^(?:x|y)z$": "xz",
  "^a\\.b$": "a.b",
  "^[A-Z][a-z0-9_-]{0,9}$": "Ab",
};
const WHOLE = [0, 1, -1, 7, 255, -128, 2 ** 31, 2 ** 53 - 1, 1 - 2 ** 53];
const NUMBERS = [...WHOLE, 0.1, -0.5, 1e-7, 1e21, 1e300, 5e-324];

const among = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
const maybe = (schema: JsonObject) => fc.constantFrom({}, schema);

/** Two bounds in their order, either of which may be missing. */
const bounds = (low: string, high: string, values: readonly number[], bothGiven = false) =>
  fc
    .tuple(among(values), among(values), fc.boolean(), fc.boolean())
    .map(([one, other, hasLow, hasHigh]) => ({
      ...(hasLow || bothGiven ? { [low]: Math.min(one, other) } : {}),
      ...(hasHigh || bothGiven ? { [high]: Math.max(one, other) } : {}),
    }));
const lengths = (of: string) => bounds(`min${of}`, `max${of}`, [0, 1, 2, 3]);
const typed = (type: string, rest: fc.Arbitrary<JsonObject>) =>
  rest.map((more): JsonObject => ({ type, ...more }));
const valuesAs = (keyword: string) =>
  fc
    .uniqueArray(among(TEXTS), { minLength: 1, maxLength: 4 })
    .map((values): JsonObject => ({ title: "?", [keyword]: values }));

const leaf: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({}),
  among(["x", "é", 'q"', 1, 0, -5, true, false, 2 ** 53 - 1]).map((value) => ({ const: value })),
  fc.constant({ type: "boolean" }),
  typed("integer", bounds("minimum", "maximum", WHOLE, true)),
  typed("number", bounds("minimum", "maximum", NUMBERS)),
  typed("string", lengths("Length")),
  typed(
    "string",
    among(Object.keys(PATTERNS)).map((pattern) => ({ pattern })),
  ),
  typed("string", valuesAs("enum")),
  typed("string", valuesAs("x-known-values")),
);

const { inner, payloads } = fc.letrec<{ inner: JsonObject; payloads: JsonObject }>((tie) => ({
  inner: fc.oneof(
    { maxDepth: 3, depthIdentifier: "payload" },
    { weight: 4, arbitrary: leaf },
    typed(
      "array",
      fc.tuple(tie("inner"), lengths("Items")).map(([items, more]) => ({ items, ...more })),
    ),
    typed(
      "object",
      fc
        .tuple(
          tie("inner"),
          lengths("Properties"),
          maybe({ propertyNames: { type: "string", maxLength: 1 } }),
        )
        .map(([additionalProperties, more, names]) => ({
          ...{ title: "?", additionalProperties },
          ...more,
          ...names,
        })),
    ),
    tie("payloads"),
  ),
  payloads: typed(
    "object",
    fc
      .tuple(
        fc.dictionary(among(MEMBERS), tie("inner"), { minKeys: 1, maxKeys: 5 }),
        fc.integer(),
        maybe({ additionalProperties: false }),
      )
      .map(([properties, chance, more]) => ({
        ...{ title: "?", properties: { ...properties }, ...more },
        required: Object.keys(properties).filter((_, index) => (chance >> index) % 2 === 0),
      })),
  ),
}));

/** Mostly objects, as in life; any other value may be a payload as well. */
const anyPayload = fc.oneof(
  { weight: 3, arbitrary: payloads },
  { weight: 1, arbitrary: inner.map((schema): JsonObject => ({ title: "?", ...schema })) },
);

/** Gives each title of its own to what needs one. */
function titled(schema: JsonObject, title: string): JsonObject {
  const visit = (value: Json, path: string): Json => {
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, member], index): [string, Json] => {
      if (name === "title" && member === "?") return [name, path];
      return [name, name === "const" ? member : visit(member, `${path}${"ABCDEFGH"[index]}`)];
    });
    return Object.fromEntries(members);
  };
  return visit(schema, title) as JsonObject;
}

function documentOf(folder: string, schemas: readonly JsonObject[]): JsonObject {
  const protocol = relative(folder, join(packageRoot(), "asyncapi.yaml")).split(sep).join("/");
  const names = schemas.map(titleOf);
  const each = (make: (name: string, index: number) => Json): JsonObject =>
    Object.fromEntries(names.map((name, index) => [name, make(name, index)]));
  const channel = { $ref: "#/channels/events" };
  const messages = names.map((name) => ({ $ref: `#/channels/events/messages/${name}` }));
  return {
    asyncapi: "3.0.0",
    info: { title: "Chance", version: "1.0.0" },
    channels: {
      session: { $ref: `${protocol}#/channels/session` },
      events: {
        address: null,
        messages: each((name) => ({ $ref: `#/components/messages/${name}` })),
      },
    },
    operations: { receive: { action: "receive", channel, messages } },
    components: {
      messages: each((_, index) => ({ "x-module": "odd", payload: schemas[index] ?? {} })),
    },
  };
}

function verdictsOf(contract: Contract, schema: JsonObject): readonly Verdict[] {
  const validate = new Ajv({ strict: false, strictNumbers: true }).compile(schema);
  const payload = titleOf(schema);
  const values = mutationsOf(contract, payload, exampleOf(schema));
  const step = Math.ceil(values.length / MOST);
  const texts = values
    .filter((_, index) => index % step === 0)
    .flatMap((value) => {
      const text = JSON.stringify(value);
      return text.length > 5_000 ? [] : [text, ...otherNumerals(text)];
    });
  return [...new Set(texts)].map((text) => ({
    payload,
    text,
    valid: validate(JSON.parse(text)),
  }));
}

function titleOf({ title }: JsonObject): string {
  if (typeof title !== "string") throw new Error("every payload was given a title");
  return title;
}

function takenBy(pattern: Json | undefined): string | undefined {
  return typeof pattern === "string" ? PATTERNS[pattern] : undefined;
}

/** The first whole number written otherwise, which says the same. */
function otherNumerals(text: string): readonly string[] {
  const other = text.replace(/(?<=[:[,])(-?[1-9]\d{0,14})(?=[,\]}])/u, "$1.0");
  return other === text ? [] : [other];
}

/** A value that the schema takes, where one is easily found. */
function exampleOf(schema: Json | undefined): Json {
  if (!isObject(schema)) return null;
  if (schema.const !== undefined) return schema.const;
  const values = schema.enum ?? schema["x-known-values"];
  if (isArray(values)) return values[0] ?? "";
  const least = (name: string) => Number(schema[name] ?? 0);
  switch (schema.type) {
    case "boolean":
      return true;
    case "integer":
    case "number":
      return Math.max(least("minimum"), Math.min(1, Number(schema.maximum ?? 1)));
    case "string":
      return takenBy(schema.pattern) ?? "é".repeat(least("minLength"));
    case "array":
      return Array.from({ length: Number(schema.minItems ?? schema.maxItems ?? 1) }, () =>
        exampleOf(schema.items),
      );
    case "object": {
      if (isObject(schema.properties)) {
        const members = Object.entries(schema.properties);
        return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member)]));
      }
      const count = Number(schema.minProperties ?? schema.maxProperties ?? 1);
      const names = ["a", "b", "c"].slice(0, count);
      return Object.fromEntries(
        names.map((name) => [name, exampleOf(schema.additionalProperties)]),
      );
    }
    default:
      return { any: [null] };
  }
}

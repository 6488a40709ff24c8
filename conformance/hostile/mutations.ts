// What may be done to one place of a valid frame, by the rule of that place.

import { isObject } from "../json.js";
import type { Chance } from "./chance.js";
import type { HostileKind } from "./frame.js";
import type { Site } from "./schema.js";

export interface Mutation {
  /** Instead of the value; undefined leaves it out. */
  readonly by: unknown;
  readonly what: string;
  /** Parsers differ in whether they can read it at all. */
  readonly loose?: true;
}

type Mutate = (site: Site, chance: Chance) => readonly Mutation[];

/** JSON.stringify cannot write such numbers: a text of this form becomes one. */
const LITERAL = /"@number:([^"]+)"/gu;

export function literal(number: string): string {
  return `@number:${number}`;
}

/** JSON in which number literals stand as they were given. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(LITERAL, "$1");
}

const OF_EVERY_TYPE: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  number: 7.5,
  string: "text",
  array: [],
  object: {},
};

function otherTypes({ schema }: Site): readonly Mutation[] {
  const { type } = schema;
  if (type === undefined) return [];
  const own = type === "integer" ? "number" : type;
  return Object.entries(OF_EVERY_TYPE)
    .filter(([name]) => name !== own)
    .map(([name, by]) => ({ by, what: `is of type ${name}` }));
}

function lengths({ schema, value }: Site): readonly Mutation[] {
  const { minLength = 0, maxLength, pattern } = schema;
  if (typeof value !== "string") return [];
  const filled = (length: number): string => value.padEnd(length, "a").slice(0, length);
  return [
    ...(minLength > 0
      ? [{ by: filled(minLength - 1), what: `has ${minLength - 1} characters` }]
      : []),
    ...(maxLength === undefined
      ? []
      : [
          { by: filled(maxLength + 1), what: `has ${maxLength + 1} characters` },
          { by: filled(maxLength), what: `has ${maxLength} characters` },
        ]),
    ...(pattern === undefined
      ? []
      : ["\u0000", " ", "ñ", "\u2028", "/"].map((odd) => ({
          by: `${odd}${value.slice(1)}`,
          what: `has the character ${JSON.stringify(odd)}`,
        }))),
  ];
}

function ranges({ schema, value }: Site): readonly Mutation[] {
  const { minimum, maximum } = schema;
  if (typeof value !== "number") return [];
  const given = [
    ...(minimum === undefined ? [] : [minimum - 1, minimum]),
    ...(maximum === undefined ? [] : [maximum + 1, maximum]),
  ];
  return given.map((by) => ({ by, what: `is ${by}` }));
}

function sizes({ schema, value }: Site): readonly Mutation[] {
  const { minItems, maxItems, minProperties, maxProperties } = schema;
  if (Array.isArray(value)) {
    const [first] = value as readonly unknown[];
    const of = (length: number): Mutation => ({
      by: Array.from({ length }, () => first),
      what: `has ${length} elements`,
    });
    return [
      ...(minItems === undefined || minItems === 0 ? [] : [of(minItems - 1)]),
      ...(maxItems === undefined || first === undefined ? [] : [of(maxItems + 1)]),
    ];
  }
  if (!isObject(value)) return [];
  const of = (length: number): Mutation => ({
    by: Object.fromEntries(Array.from({ length }, (_, index) => [`m${index}`, "x"])),
    what: `has ${length} members`,
  });
  return [
    ...(minProperties === undefined ? [] : [of(minProperties - 1)]),
    ...(maxProperties === undefined ? [] : [of(maxProperties + 1)]),
  ];
}

const NUMBERS: readonly (readonly [string, loose?: true])[] = [
  ["9007199254740992"],
  ["9007199254740993"],
  ["9223372036854775808"],
  ["18446744073709551616"],
  ["123456789012345678901234567890"],
  ["1e308"],
  ["0.1"],
  ["-1"],
  ["-9007199254740993"],
  ["1e400", true],
  ["-1e400", true],
  ["-0", true],
  ["41.0", true],
  ["4e1", true],
  [`1${"0".repeat(400)}`, true],
];

function strangeNumbers({ value }: Site): readonly Mutation[] {
  if (typeof value !== "number") return [];
  return NUMBERS.map(([number, loose]) => ({
    by: literal(number),
    what: `is ${number.length > 40 ? "a number of 401 digits" : number}`,
    ...(loose ? { loose } : {}),
  }));
}

const ODD_MEMBERS: Readonly<Record<string, unknown>> = {
  "x-later": { nested: [1, { two: null }] },
  "": 0,
  __proto: { type: "HEARTBEAT" },
  constructor: { prototype: null },
  toString: "text",
  "línea\u2028": "\u2029 ünïcödé 𝄞",
};

function extraMembers({ path, value }: Site, chance: Chance): readonly Mutation[] {
  if (path.at(-1) === "timestamp" && path.length === 1) {
    const by = chance.pick<unknown>([null, 0, -1, "", "yesterday", { at: 1 }, [], false]);
    return [{ by, what: `is ${JSON.stringify(by)}` }]; // FRAME-4: the client's is never checked
  }
  if (!isObject(value)) return [];
  const name = chance.pick(Object.keys(ODD_MEMBERS));
  const by = { ...value, [name]: ODD_MEMBERS[name] };
  return [{ by, what: `has the unknown member ${JSON.stringify(name)}` }];
}

const BY_KIND: Readonly<Partial<Record<HostileKind, Mutate>>> = {
  bound: (site) => [...lengths(site), ...ranges(site), ...sizes(site)],
  type: otherTypes,
  enum: ({ schema, value }) =>
    (schema.const === undefined && schema.enum === undefined) || typeof value !== "string"
      ? []
      : [`${value}x`, value.toLowerCase(), ""].map((by) => ({
          by,
          what: `is ${JSON.stringify(by)}`,
        })),
  missing: ({ isRequired, path }) =>
    isRequired && path.length > 0 ? [{ by: undefined, what: "is missing" }] : [],
  extra: extraMembers,
  number: strangeNumbers,
  example: ({ schema }) =>
    (schema["x-invalid-examples"] ?? []).map(({ value }) => ({
      by: value,
      what: "is an invalid example of its schema",
    })),
};

/** All that a kind can do to a place; nothing where it does not apply. */
export function mutationsOf(kind: HostileKind, site: Site, chance: Chance): readonly Mutation[] {
  return BY_KIND[kind]?.(site, chance) ?? [];
}

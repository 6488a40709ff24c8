import type { Json, JsonObject } from "../contract/json.js";
import { isArray, isObject } from "../contract/json.js";

/** A text that some language reads otherwise than the others, made of a valid frame. */
export interface Trap {
  readonly what: string;
  readonly text: string;
  /** Why JSON leaves open what it means; where it does not, the schemas judge. */
  readonly open?: string;
}

const HOLE = "(hole)";

/** All traps of one valid frame; those that concern numbers or texts need one in it. */
export function trapsOf(example: JsonObject): readonly Trap[] {
  return [
    ...aroundIt(JSON.stringify(example)),
    ...tagTraps(example),
    ...nameTraps(example),
    ...numberTraps(example),
    ...textTraps(example),
    ...depthTraps(example),
  ];
}

function aroundIt(text: string): readonly Trap[] {
  const inner = text.slice(1, -1);
  const open = "JSON leaves open what a name means that stands twice";
  return [
    { what: "white space around it", text: ` \t\r\n${text}\n ` },
    { what: "white space within", text: `{ ${inner.replaceAll(",", " ,\n\t")} }` },
    { what: "a byte order mark before it", text: `\uFEFF${text}` },
    { what: "a no-break space before it", text: `\u00A0${text}` },
    { what: "a form feed after it", text: `${text}\f` },
    { what: "a comma too many", text: `{${inner},}` },
    { what: "a comment", text: `{/* */${inner}}` },
    { what: "another value after it", text: `${text}{}` },
    { what: "cut off", text: text.slice(0, -1) },
    { what: "single quotes", text: text.replaceAll('"', "'") },
    { what: "in a list", text: `[${text}]` },
    { what: "as a text", text: JSON.stringify(text) },
    { what: "an unknown member twice", text: `{"x-a":1,"x-a":1,${inner}}`, open },
    { what: "its type twice, the same", text: `${text.slice(0, -1)},${typeOf(text)}}`, open },
    { what: "its type twice, another first", text: `{"type":"OTHER",${inner}}`, open },
    { what: "its type twice, another last", text: `{${inner},"type":"OTHER"}`, open },
  ];
}

function typeOf(text: string): string {
  return /"type":"[^"]*"/u.exec(text)?.[0] ?? "";
}

/** The type is what tells frames apart, so readers look at it before anything else. */
function tagTraps(example: JsonObject): readonly Trap[] {
  const { type, ...rest } = example;
  const tag = typeof type === "string" ? type : "";
  const tags: readonly Json[] = [0, 1, true, null, [tag], { [tag]: {} }, "", `${tag} `, `${tag}\n`];
  const code = tag.charCodeAt(0).toString(16).padStart(4, "0");
  const escaped = `\\u${code}${tag.slice(1)}`;
  const inner = JSON.stringify(rest).slice(1, -1);
  const after = inner === "" ? "" : `${inner},`;
  return [
    ...tags.map((odd) => ({
      what: `/type is ${JSON.stringify(odd)}`,
      text: JSON.stringify({ ...example, type: odd }),
    })),
    { what: "/type with an escape", text: `{${after}"type":"${escaped}"}` },
    { what: "/type with its name escaped", text: `{${after}"\\u0074ype":"${tag}"}` },
    { what: "/type comes last", text: `{${after}"type":"${tag}"}` },
    { what: "/type in the other case", text: JSON.stringify({ ...rest, type: otherCase(tag) }) },
    { what: "/Type instead of /type", text: JSON.stringify({ ...rest, Type: tag }) },
    { what: "/Type beside /type", text: JSON.stringify({ ...example, Type: "OTHER" }) },
    { what: "/TYPE before /type", text: JSON.stringify({ TYPE: 0, ...example }) },
  ];
}

function otherCase(tag: string): string {
  return tag === tag.toUpperCase() ? tag.toLowerCase() : tag.toUpperCase();
}

/** Member names are compared exactly; a wrong one beside the right one is an unknown member. */
function nameTraps(example: JsonObject): readonly Trap[] {
  const names = Object.keys(example).filter((name) => name !== "type");
  return names.flatMap((name) => {
    const upper = name.toUpperCase();
    const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const { [name]: value, ...rest } = example;
    return [
      { what: `/${upper} after /${name}`, text: JSON.stringify({ ...example, [upper]: null }) },
      { what: `/${upper} before /${name}`, text: JSON.stringify({ [upper]: [], ...example }) },
      {
        what: `/${name} is named ${capital}`,
        text: JSON.stringify({ ...rest, [capital]: value ?? null }),
      },
    ];
  });
}

const MORE_DIGITS = "a 64-bit float has fewer digits";
const NUMBERS: readonly (readonly [token: string, open?: string])[] = [
  ["1.0"],
  ["1e0"],
  ["1E+0"],
  ["10e-1"],
  ["1.5"],
  ["9007199254740991"],
  ["9007199254740992"],
  ["9007199254740993"],
  ["9223372036854775808"],
  ["-9223372036854775809"],
  ["18446744073709551616"],
  ["1e19"],
  ["1e400"],
  ["-1"],
  ["-0", "some readers have a negative zero, some none"],
  ["1.0000000000000000000001", MORE_DIGITS],
  ["0.99999999999999999999999", MORE_DIGITS],
  ["01"],
  ["+1"],
  ["1."],
  [".5"],
  ["0x1"],
  ["1_000"],
  ["NaN"],
  ["Infinity"],
  ["-Infinity"],
  ["true"],
  ["false"],
  ["null"],
  ['"1"'],
];

/** The first number of a frame, in every way in which numbers are written. */
function numberTraps(example: JsonObject): readonly Trap[] {
  const place = placeOf(example, (value) => typeof value === "number");
  if (place === undefined) return [];
  return NUMBERS.map(([token, open]) => ({
    what: `${place.path} is ${token}`,
    text: place.withHole.replace(`"${HOLE}"`, token),
    ...(open === undefined ? {} : { open }),
  }));
}

const SURROGATE = "a lone surrogate is no character, and UTF-8 cannot carry it";
const TEXTS: readonly (readonly [inner: string, open?: string])[] = [
  ["\\u0061"],
  ["\\u006"],
  ["\\x61"],
  ["a\\/b"],
  ["a\nb"],
  ["a\u0001b"],
  ["\\u0000"],
  ["é"],
  ["e\u0301"],
  ["\u2028"],
  ["\u0661"],
  ["\\ud83d\\ude00"],
  ["\\ud83d", SURROGATE],
  ["\\ude00\\ud83d", SURROGATE],
  ["\ufeff"],
  ["a\\n"],
];

/** The first text of a frame beside its type, in every way in which texts are written. */
function textTraps(example: JsonObject): readonly Trap[] {
  const { type, ...rest } = example;
  const place = placeOf(rest, (value) => typeof value === "string");
  if (place === undefined) return [];
  const before = `{"type":${JSON.stringify(type ?? "")},`;
  return TEXTS.map(([inner, open]) => ({
    what: `${place.path} is "${visible(inner)}"`,
    text: `${before}${place.withHole.slice(1)}`.replace(HOLE, () => inner),
    ...(open === undefined ? {} : { open }),
  }));
}

function visible(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

function depthTraps(example: JsonObject): readonly Trap[] {
  const inner = JSON.stringify(example).slice(1, -1);
  const nested = (levels: number): string =>
    `{${inner},"x-deep":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  return [
    { what: "an unknown member 30 levels deep", text: nested(30) },
    {
      what: "an unknown member 5000 levels deep",
      text: nested(5_000),
      open: "readers bound the depth of what they read",
    },
  ];
}

interface Place {
  readonly path: string;
  /** The frame as text, with a text in the place of the value. */
  readonly withHole: string;
}

/** The first value of a kind, wherever it is. */
function placeOf(value: Json, is: (value: Json) => boolean): Place | undefined {
  let path: string | undefined;
  const walk = (inner: Json, at: string): Json => {
    if (path === undefined && is(inner)) {
      path = at;
      return HOLE;
    }
    if (isArray(inner)) return inner.map((item, index) => walk(item, `${at}/${index}`));
    if (!isObject(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([name, item]) => [name, walk(item, `${at}/${name}`)]),
    );
  };
  const withHole = JSON.stringify(walk(value, ""));
  return path === undefined ? undefined : { path, withHole };
}

import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readContract } from "../../contract.js";
import type { Shape } from "../../model.js";
import { packageRoot } from "../../package-root.js";
import { emitMessages } from "./messages.js";
import { compareExports, compareNames, docstring, snakeCase, stringLiteral } from "./text.js";

const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));

const withType = (shape: Shape) => ({
  ...contract,
  types: [{ name: "Odd", description: "", source: "", shape }],
  frames: [],
});

describe("messages.py", () => {
  test.each<[string, Shape, RegExp]>([
    ["a pattern without anchors", { kind: "string", pattern: "[a-z]" }, /keep to \^…\$ and ASCII/u],
    ["digits of any script", { kind: "string", pattern: String.raw`^\d+$` }, /may mean something/u],
    ["letters beyond ASCII", { kind: "string", pattern: "^[à-ü]$" }, /may mean something/u],
    ["a pattern with alternatives", { kind: "string", pattern: "^a|b$" }, /may mean something/u],
    [
      "items that must differ",
      { kind: "array", items: { kind: "any" }, uniqueItems: true },
      /uniqueItems/u,
    ],
    ["counted members", { kind: "object", fields: [], open: true, minProperties: 1 }, /counts/u],
    [
      "a type that holds itself in lists alone",
      { kind: "array", items: { kind: "reference", name: "Odd" } },
      /holds itself without an object between, which has no counterpart in Python/u,
    ],
    ["a fraction as the only value", { kind: "literal", value: 0.5 }, /has no type in Python/u],
  ])("refuses %s", async (_, shape, message) => {
    await expect(emitMessages(withType(shape))).rejects.toThrow(message);
  });

  test("an object may hold what stands below it, and itself", async () => {
    const odd: Shape = { kind: "reference", name: "Odd" };
    const field = (name: string, required: boolean, shape: Shape) => ({
      ...{ name, required, description: "", shape },
    });
    const fields = [
      field("next", false, odd),
      field("all", true, { kind: "array", items: odd, maxItems: 9 }),
      field("byName", false, {
        kind: "map",
        names: { kind: "string", pattern: "^[a-z]+$" },
        values: odd,
      }),
    ];
    const text = await emitMessages(withType({ kind: "object", fields, open: true }));
    expect(text).toContain(`
    next: "Odd | None" = None
    all: "Annotated[tuple[Odd, ...], Meta(max_length=9)]"
    by_name: "OddByName | None" = None


OddByName: TypeAlias = Mapping[Annotated[str, Meta(pattern=r"\\A[a-z]+\\Z")], Odd]
`);
  });

  test("a long type of a member has a name that no other type has", async () => {
    const odd: Shape = { kind: "reference", name: "Odd" };
    const values = { kind: "map", names: { kind: "string", pattern: "^a$" }, values: odd } as const;
    const fields = [{ name: "byName", required: true, description: "", shape: values }];
    const other = {
      name: "OddByName",
      description: "",
      source: "",
      shape: { kind: "boolean" },
    } as const;
    const { types, ...rest } = withType({ kind: "object", fields, open: true });
    const text = await emitMessages({ ...rest, types: [...types, other] });
    expect(text).toContain('    by_name: "OddByName2"');
    expect(text).toMatch(/^OddByName2: TypeAlias = Mapping/mu);
    expect(text).toMatch(/^OddByName: TypeAlias = bool/mu);
  });

  test.each([
    ["^[a-z]+(?:-[a-z]+)*$", String.raw`r"\A[a-z]+(?:-[a-z]+)*\Z"`],
    ["^(a|b){2}$", String.raw`r"\A(a|b){2}\Z"`],
  ])("keeps the pattern %s", async (pattern, text) => {
    expect(await emitMessages(withType({ kind: "string", pattern }))).toContain(text);
  });

  test("a large bound is written as the formatter has it", async () => {
    const text = await emitMessages(withType({ kind: "number", maximum: 1e300 }));
    expect(text).toContain("Odd: TypeAlias = Annotated[float, Meta(le=1e300)]");
  });

  test("a closed object refuses what is not described", async () => {
    const field = {
      name: "from",
      required: false,
      description: "",
      shape: { kind: "any" },
    } as const;
    const text = await emitMessages(withType({ kind: "object", fields: [field], open: false }));
    expect(text).toContain(
      "class Odd(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):",
    );
    expect(text).toContain("    from_: Any = UNSET");
  });
});

describe("text of Python", () => {
  test.each([
    ["lastEventId", "last_event_id"],
    ["access_token", "access_token"],
    ["class", "class_"],
  ])("%s becomes %s", (name, snake) => {
    expect(snakeCase(name)).toBe(snake);
  });

  test.each([
    ["a", '"a"'],
    ['say "a"', `'say "a"'`],
    [`it's "a"`, String.raw`'it\'s "a"'`],
    [`it's "a`, String.raw`"it's \"a"`],
    ["a\\b\n", String.raw`"a\\b\n"`],
  ])("%j is written %s", (text, literal) => {
    expect(stringLiteral(text)).toBe(literal);
  });

  test("names are in the order of their numbers, as the linter wants them", () => {
    const names = ["OrderV10", "OrderV2", "order_10", "order_9"];
    const sorted = ["OrderV2", "OrderV10", "order_9", "order_10"];
    expect([...names].sort(compareNames)).toEqual(sorted);
    expect([...names].sort(compareExports)).toEqual(sorted);
  });

  test("a docstring holds no character that no source may", () => {
    expect(docstring("one\u0000two\u001Fthree")).toBe('"""one two three"""');
  });

  test("a long docstring begins with its first sentence and keeps to the width", () => {
    const lines = docstring(`First. Then ${"word ".repeat(40)}end "quoted"`, 4).split("\n");
    expect(lines.slice(0, 2)).toEqual(['    """First.', ""]);
    expect(lines.every((line) => line.length <= 100)).toBe(true);
    expect(lines.at(-1)).toBe('    """');
  });
});

import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readContract } from "../../contract.js";
import type { Shape } from "../../model.js";
import { packageRoot } from "../../package-root.js";
import { emitDecode } from "./decode.js";
import { emitEncode } from "./encode.js";
import { emitEvents } from "./events.js";
import { emitMessages } from "./messages.js";
import { comment, exported, importsOf, inColumns, stringLiteral, unexported } from "./text.js";

const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));

const withType = (shape: Shape) => ({
  ...contract,
  types: [{ name: "Odd", description: "", source: "", shape }],
  frames: [],
  bodies: [],
});

const field = (name: string, shape: Shape, required = false) => ({
  name,
  required,
  description: "",
  shape,
});

describe("decode.go", () => {
  test.each<[string, Shape, RegExp]>([
    ["a pattern without anchors", { kind: "string", pattern: "[a-z]" }, /keep to \^…\$ and ASCII/u],
    ["digits of any script", { kind: "string", pattern: String.raw`^\d+$` }, /may mean something/u],
    ["more repetitions than Go takes", { kind: "string", pattern: "^a{1,1001}$" }, /1000 times/u],
    [
      "items that must differ",
      { kind: "array", items: { kind: "any" }, uniqueItems: true },
      /uniqueItems/u,
    ],
    ["a fraction as the only value", { kind: "literal", value: 0.5 }, /has no type in Go/u],
  ])("refuses %s", async (_, shape, message) => {
    await expect(emitDecode(withType(shape))).rejects.toThrow(message);
  });

  test("a closed object refuses what is not described, and counts what it holds", async () => {
    const shape = {
      kind: "object",
      fields: [field("from", { kind: "any" })],
      open: false,
    } as const;
    const text = await emitDecode(withType({ ...shape, minProperties: 1 }));
    expect(text).toContain('\tr.Closed(members, "from")\n');
    expect(text).toContain("\tr.Counted(members, 1, math.MaxInt)\n");
  });

  test("items without a name are read by a function of their own", async () => {
    const items = { kind: "array", items: { kind: "integer", minimum: 1, maximum: 9 } } as const;
    const text = await emitDecode(withType(items));
    expect(text).toContain("wire.List(r, v, 0, math.MaxInt, readOddItem)");
    expect(text).toContain("\treturn r.Integer(v, 1, 9)\n");
  });
});

describe("names in decode.go", () => {
  test("two places whose words are alike are read by two functions, with two patterns", async () => {
    const listOf = (pattern: string): Shape => ({
      kind: "array",
      items: { kind: "string", pattern },
    });
    const owner = { kind: "object", fields: [field("names", listOf("^a$"))], open: true } as const;
    const types = [
      { name: "Tag", description: "", source: "", shape: owner },
      { name: "TagNames", description: "", source: "", shape: listOf("^b$") },
    ];
    const text = await emitDecode({ ...contract, types, frames: [], bodies: [] });
    const names = [...text.matchAll(/^(?:func|var) (readTagNames\w*|tagNames\w*)/gmu)];
    const found = names.map(([, name]) => name).sort();
    expect(found).toEqual([...new Set(found)]);
    expect(found).toHaveLength(5);
  });
});

describe("messages.go", () => {
  test("two members that Go calls alike are refused", async () => {
    const fields = [field("user_id", { kind: "any" }), field("userId", { kind: "any" })];
    const shape = { kind: "object", fields, open: true } as const;
    await expect(emitMessages(withType(shape))).rejects.toThrow(
      /two members that Go calls UserID/u,
    );
  });

  test("a member that may be absent is a pointer, unless its type has a nil", async () => {
    const fields = [
      field("text", { kind: "string" }),
      field("any", { kind: "any" }),
      field("list", { kind: "array", items: { kind: "boolean" } }),
      field("sure", { kind: "number" }, true),
    ];
    const text = await emitMessages(withType({ kind: "object", fields, open: true }));
    for (const line of ["Text *string", "Any json.RawMessage", "List []bool", "Sure float64"])
      expect(text).toContain(`\t${line}\n`);
  });

  test("a required literal is no member, yet it is written", async () => {
    const fields = [field("kind", { kind: "literal", value: 7 }, true)];
    const odd = withType({ kind: "object", fields, open: true });
    expect(await emitMessages(odd)).toContain("type Odd struct{}\n");
    expect(await emitEncode(odd)).toContain('\tw.Name("kind")\n\tw.Integer(7)\n');
  });
});

describe("events.go", () => {
  const listOf = (items: Shape): Shape => ({ kind: "array", items });
  test.each<[string, Shape, string]>([
    ["any value", { kind: "any" }, "json.RawMessage"],
    ["any values", listOf({ kind: "any" }), "[]json.RawMessage"],
    ["texts", listOf({ kind: "string" }), "[]string"],
    ["a type by its name", { kind: "map", values: { kind: "any" } }, "protocol.Odd"],
  ])("names the payload of an event: %s", async (_, shape, inGo) => {
    const event = { name: "e", module: "m", sentByClients: true, payload: "Odd", description: "" };
    const application = { title: "", version: "", events: [event] };
    const text = await emitEvents({ ...withType(shape), application });
    expect(text).toContain(`event TypedEvent[${inGo}]) error`);
    expect(text).toContain(`payload ${inGo}, options`);
  });
});

describe("text of Go", () => {
  test.each([
    ["lastEventId", "LastEventID", "lastEventID"],
    ["HttpErrorCode", "HTTPErrorCode", "httpErrorCode"],
    ["invalid_json", "InvalidJSON", "invalidJSON"],
    ["frame:CONNECT", "FrameConnect", "frameConnect"],
    ["type", "Type", "type_"],
  ])("%s becomes %s and %s", (name, large, small) => {
    expect([exported(name), unexported(name)]).toEqual([large, small]);
  });

  test("a comment keeps to the width", () => {
    const lines = comment("word ".repeat(60), "\t").trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^\t\/\/ .{1,94}$/u);
  });

  test("columns are as wide as their longest cell", () => {
    expect(
      inColumns([
        ["A", "=", "1"],
        ["Long", "=", "2"],
      ]),
    ).toBe("\tA    = 1\n\tLong = 2\n");
  });

  test("imports are grouped, and only what is used is imported", () => {
    expect(importsOf("")).toBe("");
    expect(importsOf("math.MaxInt")).toBe('import "math"\n');
    expect(importsOf("json.RawMessage wire.Value")).toMatch(
      /^import \(\n\t"encoding\/json"\n\n\t"/u,
    );
  });

  test("a literal holds no half of a character", () => {
    expect(stringLiteral('a"\\\n')).toBe(String.raw`"a\"\\\n"`);
    expect(() => stringLiteral("\ud800")).toThrow(/half of a character/u);
  });

  test("a source holds no byte order mark and no NUL, wherever the contract has one", () => {
    expect(stringLiteral("a\uFEFFb\u0000")).toBe(String.raw`"a\ufeffb\u0000"`);
    expect(comment("one\u0000two\uFEFFthree\u007F")).toBe("// one two three\n");
  });
});

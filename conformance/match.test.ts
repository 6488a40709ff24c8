import { describe, expect, it } from "vitest";

import { match, type Saved } from "./match.js";

describe("patterns", () => {
  it.each<[string, unknown, unknown]>([
    ["an object with more members", { a: 1 }, { a: 1, b: 2 }],
    ["an equal list", [1, { a: 1 }], [1, { a: 1, b: 2 }]],
    ["a number within bounds", { n: { $min: 1, $max: 3 } }, { n: 2 }],
    ["an absent member", { a: { $absent: true } }, {}],
    ["a present null", { a: { $present: true } }, { a: null }],
    ["one of several", { $oneOf: [1, { a: 1 }] }, { a: 1 }],
    ["another value", { $not: 1 }, 2],
    ["an element somewhere", { $contains: { a: 2 } }, [{ a: 1 }, { a: 2, b: 3 }]],
    ["no such element", { $excludes: 3 }, [1, 2]],
    ["the last element", { $last: { a: 2 } }, [{ a: 1 }, { a: 2 }]],
    ["a length", { $length: 2 }, ["a", "b"]],
    ["all of several", { $all: [{ $length: 2 }, { $contains: 1 }, { $contains: 2 }] }, [2, 1]],
    ["lines", { $matches: "a.*b" }, "a\nb"],
  ])("match %s", (_what, pattern, actual) => {
    expect(match(pattern, actual)).toBeUndefined();
  });

  it.each<[string, unknown, unknown, string]>([
    ["a missing member", { a: { b: 1 } }, { a: {} }, "/a/b"],
    ["a longer list", { a: [1] }, { a: [1, 2] }, "/a"],
    ["a number as text", { a: 1 }, { a: "1" }, "/a"],
    ["null for absent", { a: { $absent: true } }, { a: null }, "/a"],
    ["a number out of bounds", { a: { $max: 3 } }, { a: 4 }, "/a"],
    ["one of all missing", { a: { $all: [{ $contains: 1 }, { $contains: 3 }] } }, { a: [1] }, "/a"],
    ["another last element", { a: { $last: 1 } }, { a: [1, 2] }, "/a/1"],
    ["the last of none", { $last: 1 }, [], ""],
    ["NaN against a bound", { $min: 0 }, Number.NaN, ""],
    ["an inherited member", { toString: { $absent: false, $present: true } }, {}, "/toString"],
    ["a member with a slash", { "a/b": 1 }, { "a/b": 2 }, "/a~1b"],
  ])("refuse %s and say where", (_what, pattern, actual, path) => {
    expect(match(pattern, actual)?.path).toBe(path);
  });

  it("$save keeps the value where the rest matches", () => {
    const saved: Saved = {};
    match(
      { list: { $contains: { kind: "b", id: { $save: "id" } } } },
      {
        list: [
          { kind: "a", id: 1 },
          { kind: "b", id: 2 },
        ],
      },
      "",
      saved,
    );
    expect(saved).toEqual({ id: 2 });
  });

  it("$collect keeps one member of each element, as patterns for later", () => {
    const saved: Saved = {};
    const list = [{ id: 1, at: "x" }, { id: 2 }];
    expect(match({ $collect: { as: "ids", member: "id" } }, list, "", saved)).toBeUndefined();
    expect(saved).toEqual({ ids: [{ id: 1 }, { id: 2 }] });
    expect(match({ $collect: { as: "ids", member: "id" } }, "none")?.problem).toBe(
      "must be a list",
    );
  });
});

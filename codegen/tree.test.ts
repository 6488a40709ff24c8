import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { compareTrees, readTree, replaceTree } from "./tree.js";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latido-tree-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("trees", () => {
  test("a folder that does not exist is empty", () => {
    expect(readTree(join(folder, "nowhere"))).toEqual(new Map());
  });

  test("every kind of difference is named, in order of path", () => {
    const wanted = new Map([
      ["a.ts", "new"],
      ["b.ts", "same"],
      ["c.ts", "added"],
    ]);
    const present = new Map([
      ["a.ts", "old"],
      ["b.ts", "same"],
      ["d/e.ts", "gone"],
    ]);
    expect(compareTrees(wanted, present)).toEqual([
      { path: "a.ts", kind: "changed" },
      { path: "c.ts", kind: "missing" },
      { path: "d/e.ts", kind: "stale" },
    ]);
  });

  test("replacing deletes stale files and the folders that they leave empty", () => {
    mkdirSync(join(folder, "old", "deep"), { recursive: true });
    writeFileSync(join(folder, "old", "deep", "x.ts"), "x");
    const wanted = new Map([["new/y.ts", "y"]]);
    expect(replaceTree(folder, wanted)).toHaveLength(2);
    expect(readTree(folder)).toEqual(wanted);
    expect(replaceTree(folder, wanted)).toEqual([]);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { LANGUAGE_NAMES } from "../codegen/languages.js";
import { packageRoot } from "../codegen/package-root.js";

const root = packageRoot();
const text = readFileSync(join(root, "docs", "adding-a-language.md"), "utf8");

/** Folders that only tools make. */
const MADE = [".toolchains/"];

const references = [...text.matchAll(/`([^`\s]+)`/gu)]
  .map(([, reference = ""]) => reference)
  .filter((reference) => /^\.?[a-z][a-z-]*\//u.test(reference) && !MADE.includes(reference));

/** A row about any language is held to each that was added since the first. */
const paths = references.flatMap((reference) =>
  reference.includes("<language>")
    ? LANGUAGE_NAMES.filter((name) => name !== "typescript").map((name) =>
        reference.replace("<language>", name),
      )
    : [reference],
);

describe("docs/adding-a-language.md", () => {
  test("names enough to be worth a check", () => {
    expect(references.length).toBeGreaterThan(15);
  });

  test.each([...new Set(paths)])("%s exists", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });
});

import { describe, expect, it } from "vitest";

import { LANGUAGE_NAMES } from "./languages.js";
import { requireTools } from "./required-tools.js";

describe("packages that only generation needs", () => {
  it.each(LANGUAGE_NAMES.filter((language) => language !== "typescript"))(
    "are none for %s",
    (language) => {
      expect(() => {
        requireTools(language, () => false);
      }).not.toThrow();
    },
  );

  it("are named together, those that are there left out", () => {
    expect(() => {
      requireTools("typescript", (name) => name === "ajv");
    }).toThrow(
      "generating typescript needs json-schema-to-typescript, prettier; " +
        "`npm install -D json-schema-to-typescript@16 prettier@3`",
    );
  });

  it.each(LANGUAGE_NAMES)("are all here: %s", (language) => {
    expect(() => {
      requireTools(language);
    }).not.toThrow();
  });
});

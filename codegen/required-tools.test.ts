import { describe, expect, it } from "vitest";

import { LANGUAGE_NAMES } from "./languages.js";
import { requireTools } from "./required-tools.js";

describe("packages that only generation needs", () => {
  it.each(LANGUAGE_NAMES)("are asked for by name when nothing is installed: %s", (language) => {
    expect(() => {
      requireTools(language, () => false);
    }).toThrow(
      expect.objectContaining({
        name: "UsageError",
        message: expect.stringMatching(
          /^generating \w+ needs @asyncapi\/parser.*; `npm install -D @asyncapi\/parser@3[^^*]*`$/u,
        ) as string,
      }),
    );
  });

  it("are named together, those that are there left out", () => {
    expect(() => {
      requireTools("typescript", (name) => name === "ajv" || name === "@asyncapi/parser");
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

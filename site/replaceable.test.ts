import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { checkReplaceable } from "./replaceable.js";

const folder = mkdtempSync(join(tmpdir(), "latido-out-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("npm run docs -- --out FOLDER", () => {
  it("takes a folder that is new, empty, or holds a site", () => {
    const site = join(folder, "site");
    checkReplaceable(site);
    mkdirSync(site);
    checkReplaceable(site);
    writeFileSync(join(site, "hashmap.json"), "{}");
    writeFileSync(join(site, "index.html"), "");
    checkReplaceable(site);
  });

  it("refuses a file, and a folder with somebody's work", () => {
    const file = join(folder, "notes.md");
    writeFileSync(file, "");
    expect(() => {
      checkReplaceable(file);
    }).toThrow(/^--out .*notes\.md is a file; name a folder$/u);
    expect(() => {
      checkReplaceable(folder);
    }).toThrow(/holds something else, which the site would replace/u);
  });
});

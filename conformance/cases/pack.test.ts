import { cpSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";

import { packageRoot } from "../package-root.js";
import { suitePath } from "./built.js";
import { loadCases, readCaseFiles } from "./load.js";
import { suite, writeSuite } from "./pack.js";

function schema(name: string): object {
  const path = join(packageRoot(), "conformance", "cases", name);
  return JSON.parse(readFileSync(path, "utf8")) as object;
}

/** A package's folder as npm installs it: cases.json, and no case files. */
function installed(): string {
  const root = mkdtempSync(join(tmpdir(), "latido-package-"));
  mkdirSync(join(root, "conformance", "cases"), { recursive: true });
  writeSuite(root);
  return root;
}

describe("cases.json", () => {
  it("keeps its schema", () => {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema(schema("case.schema.json"));
    const written: unknown = JSON.parse(JSON.stringify(suite()));
    expect(ajv.validate(schema("cases.schema.json"), written), ajv.errorsText()).toBe(true);
  });

  it("is what the runner reads where it is installed, and says the same as the case files", () => {
    const root = installed();
    expect(loadCases(root)).toEqual(readCaseFiles());
    const path = suitePath(root);
    const changed = readFileSync(path, "utf8").replace(/"title": "[^"]*"/u, '"title": "changed"');
    writeFileSync(path, changed);
    expect(loadCases(root)[0]?.title).toBe("changed");
  });

  it("gives way to a case file that has changed since the build", () => {
    const root = installed();
    const folder = join(root, "conformance", "cases");
    cpSync(join(packageRoot(), "conformance", "cases", "ack.yaml"), join(folder, "ack.yaml"));
    utimesSync(join(folder, "ack.yaml"), new Date(), new Date(Date.now() + 60_000));
    expect(new Set(loadCases(root).map((each) => each.file))).toEqual(new Set(["ack.yaml"]));
  });

  it("names every step's verb and every variable without reading anything else", () => {
    const { cases, connect, variables, profiles } = suite();
    expect(cases.every((each) => each.steps.length > 0 || "standing" in each)).toBe(true);
    expect(connect).toMatchObject({ type: "CONNECT", userId: "$user" });
    expect(Object.keys(variables)).toContain("orders");
    const named = new Set(profiles.map((each) => each.name));
    expect(cases.filter((each) => !named.has(each.profile))).toEqual([]);
  });
});

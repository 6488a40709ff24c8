import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readContract } from "./contract.js";
import { languageOf } from "./languages.js";
import { packageRoot } from "./package-root.js";
import { UsageError } from "./problem.js";
import { renderDirectly } from "./render.js";

const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));

const EXAMPLES = [
  ["python", { package: "acme-latido" }],
  ["typescript", { package: "@acme/latido" }],
] as const;

describe("names of a package", () => {
  test("a Python package of another name has it in its folder and its project", async () => {
    const files = languageOf("python").rename(await renderDirectly(contract, "python"), {
      package: "Acme-Latido",
    });
    expect([...files.keys()].filter((path) => path.includes("latido/"))).not.toHaveLength(0);
    for (const path of files.keys()) expect(path).not.toMatch(/^src\/latido\//u);
    expect(files.get("pyproject.toml")).toContain('name = "Acme-Latido"');
    expect(files.get("pyproject.toml")).toContain('packages = ["src/acme_latido"]');
  });

  test("no module of the Python package imports itself by its name", async () => {
    for (const [path, text] of await renderDirectly(contract, "python")) {
      if (path.endsWith(".py")) expect(text, path).not.toMatch(/^\s*(?:from|import) latido\b/mu);
    }
  });

  test("the import name of Python may be chosen apart", () => {
    const files = new Map([["src/latido/a.py", ""]]);
    const renamed = languageOf("python").rename(files, { package: "acme-latido", module: "acme" });
    expect([...renamed.keys()]).toEqual(["src/acme/a.py"]);
  });

  test("a TypeScript package has its name in package.json", async () => {
    const files = languageOf("typescript").rename(await renderDirectly(contract, "typescript"), {
      package: "@acme/latido",
    });
    expect(JSON.parse(files.get("package.json") ?? "")).toMatchObject({ name: "@acme/latido" });
  });

  test("a Go module of another path is imported by it throughout", async () => {
    const files = languageOf("go").rename(await renderDirectly(contract, "go"), {
      module: "example.test/acme/chat",
      package: "chat",
    });
    expect(files.get("go.mod")).toMatch(/^module example\.test\/acme\/chat$/mu);
    expect(files.get("doc.go")).toMatch(/^\/\/ Package chat .*\npackage chat$/mu);
    expect(files.get("protocol/doc.go")).toMatch(/^package protocol$/mu);
    for (const [path, text] of files) expect(text, path).not.toContain("latido/latido-go");
  });

  test.each([
    ["example.test/acme/shop-events", "shopevents"],
    ["example.test/acme/events-go/v2", "events"],
    ["example.test/go-events", "events"],
    ["example.test/2024", "latido"],
  ])("the package of the Go module %s is %s, as its readers expect", (module, name) => {
    const files = languageOf("go").rename(new Map([["client.go", "package latido\n"]]), { module });
    expect(files.get("client.go")).toBe(`package ${name}\n`);
  });

  test.each(EXAMPLES)("%s: without a name nothing changes", (language) => {
    const files = new Map([["package.json", "{}"]]);
    expect(languageOf(language).rename(files, {})).toBe(files);
  });

  test.each([
    ["python", { package: "-acme" }, /--package -acme is no name of a package of Python/u],
    ["python", { package: "1st" }, /--module 1st: Python imports a-z 0-9 _/u],
    ["python", { module: "a-b" }, /--module a-b: Python imports/u],
    ["python", { package: "class" }, /--module class is a keyword of Python/u],
    ["go", { package: "Acme" }, /--package Acme: Go calls packages a-z 0-9/u],
    ["go", { module: "a b" }, /--module a b is no import path of Go/u],
    ["typescript", { package: "Acme" }, /--package Acme is no name of a package of npm/u],
    ["typescript", { module: "acme" }, /imported by its package name; leave it out/u],
  ])("%s %j is misuse", (language, names, message) => {
    const rename = () => languageOf(language).rename(new Map(), names);
    expect(rename).toThrow(UsageError);
    expect(rename).toThrow(message);
  });
});

// What is in the package: all that its users run, and nothing that only this repository runs.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { packageRoot } from "../../codegen/package-root.js";
import { factsOf, staleFacts, writeFacts } from "./facts.js";
import { packTarball, unpackBeside } from "./tarball.js";
import type { Tarball } from "./tarball.js";

const folder = mkdtempSync(join(tmpdir(), "latido-contents-"));
const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
let tarball: Tarball;
let paths: readonly string[];

beforeAll(async () => {
  tarball = await packTarball(folder);
  paths = tarball.files.map(({ path }) => path);
  await unpackBeside(tarball, folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the packed package", () => {
  it.each([
    ["tests", /\.test\.|test-support|\/testing\//u],
    ["leavings of tools", /__transpiled|__pycache__|tsbuildinfo|\.map$|\/\.DS_Store/u],
    ["keys and fixtures", /fixtures|\.pem$|\.key$/u],
    ["vectors", /vectors/u],
    ["what measures and judges the repository", /^dist\/(?:bench|endurance|toolchains|world)\//u],
    [
      "mutants, but for the signatures that reports compare with",
      /mutants\/(?!signatures\.json$)/u,
    ],
    ["the site and its sources", /^(?:docs|site|examples|dist\/docs)\//u],
    [
      "sources beside those that are copied into generated packages",
      /^(?!codegen\/templates|conformance\/starters).*(?<!\.d)\.ts$/u,
    ],
  ])("holds no %s", (_, pattern) => {
    expect(paths.filter((path) => pattern.test(path))).toEqual([]);
  });

  it.each([
    "bin/latido.js",
    "asyncapi.yaml",
    "schemas/shared.json",
    "spec/policy.yaml",
    "LICENSE",
    "README.md",
    "dist/conformance/cases.json",
    "conformance/mutants/signatures.json",
    "codegen/starters/contract.yaml",
  ])("holds %s", (path) => {
    expect(paths).toContain(path);
  });

  it("holds no module that no entry leads to, but for declarations", () => {
    const { reached } = followImports();
    const modules = paths.filter((path) => /^dist\/.*\.js$/u.test(path));
    const idle = modules.filter((path) => !reached.has(path) && !isEmpty(path) && !isTestee(path));
    expect(idle).toEqual([]);
  });

  it("holds every module that an entry leads to, and names every package that it loads", () => {
    const { missing, packages } = followImports();
    expect(missing.sort()).toEqual(LEFT_OUT);
    const manifest = read("package.json") as Record<string, Record<string, unknown>>;
    const named = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect([...packages].filter((name) => !named.includes(name))).toEqual([]);
    const optional = Object.keys({ ...manifest.peerDependenciesMeta });
    expect(optional.sort()).toEqual(Object.keys({ ...manifest.peerDependencies }).sort());
  });

  it("weighs what the README says, within a tenth", () => {
    expect(staleFacts(readme, factsOf(tarball, 0))).toEqual([]);
  });
});

describe("the facts in the README", () => {
  it("are found stale where they are more than a tenth off, but for the time", () => {
    const facts = factsOf(tarball, 5);
    const text = writeFacts(readme, facts);
    expect(staleFacts(text, { ...facts, installSeconds: 99 })).toEqual([]);
    expect(staleFacts(text, { ...facts, files: Math.round(facts.files * 1.05) })).toEqual([]);
    expect(staleFacts(text, { ...facts, files: facts.files * 2, packages: 1 })).toEqual([
      expect.stringMatching(/: files$/u),
      expect.stringMatching(/: packages that come with it$/u),
    ]);
  });

  it("belong between two marks", () => {
    expect(() => writeFacts("# Latido\n", factsOf(tarball, 5))).toThrow(
      /README\.md needs the lines/u,
    );
  });
});

/** Of a simulated world: `latido conformance replay` of its trace says that it needs a checkout. */
const LEFT_OUT = ["dist/world/search.js", "dist/world/trace-file.js"];

/** An import, static or not, in what the compiler writes. */
const IMPORT =
  /^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gmu;

function followImports(): { reached: Set<string>; missing: string[]; packages: Set<string> } {
  const manifest = read("package.json") as {
    exports: Record<string, string | { default: string }>;
  };
  const entries = Object.values(manifest.exports)
    .map((entry) => posix.normalize(typeof entry === "string" ? entry : entry.default))
    .filter((entry) => entry.endsWith(".js"));
  const reached = new Set(["bin/latido.js", "dist/cli/main.js", ...entries]);
  const missing: string[] = [];
  const packages = new Set<string>();
  for (const path of reached) {
    if (!paths.includes(path)) {
      missing.push(path);
      continue;
    }
    for (const match of text(path).matchAll(IMPORT)) {
      const target = match[1] ?? match[2] ?? match[3] ?? "";
      if (target.startsWith(".")) reached.add(posix.join(dirname(path), target));
      else if (!target.startsWith("node:")) packages.add(packageOf(target));
    }
  }
  return { reached, missing, packages };
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The module of a file of types. */
function isEmpty(path: string): boolean {
  return /^(?:\/\/[^\n]*\n|\/\*[^]*?\*\/\s*)*export \{\};\s*$/u.test(text(path));
}

/** A process of its own, which the suite starts: the reference client's adapter. */
function isTestee(path: string): boolean {
  return path.startsWith("dist/conformance/testees/typescript/");
}

function text(path: string): string {
  return readFileSync(join(folder, "node_modules", "latido", path), "utf8");
}

function read(path: string): unknown {
  return JSON.parse(text(path));
}

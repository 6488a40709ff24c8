// Every fenced block of the pages has a rule: it is run, compiled, parsed, or its commands are looked up.

import { spawnSync } from "node:child_process";

import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { fencesOf, pages, placeOf, type Fence } from "./samples/fences.js";
import { checkGo, checkPython, passOver, type Checked } from "./samples/other-languages.js";
import { commandsOf, faultsOfShell, latidoFault } from "./samples/shell-commands.js";
import { sampleFolder, typeFaults } from "./samples/type-check.js";

/** Languages with a rule below; `text` shows output, and `mermaid` is drawn by whoever shows the page. */
const RULED = ["bash", "go", "ini", "json", "mermaid", "python", "sh", "text", "ts", "yaml"];
const DIAGRAMS = /^(?:sequenceDiagram|stateDiagram-v2|flowchart (?:LR|TB|TD))\n/u;
/** Its sample stands beside a client that it generates: samples/starts.test.ts. */
const OWN_EVENTS = "docs/own-events.md";

const fences = pages().flatMap(fencesOf);

function of(...languages: readonly string[]): readonly (readonly [string, Fence])[] {
  return fences
    .filter(({ language }) => languages.includes(language))
    .map((fence) => [placeOf(fence), fence] as const);
}

function expectNoFault(checked: Checked, skip: (note: string) => void): void {
  if ("missing" in checked) passOver(checked.missing, skip);
  else expect(checked.faults).toEqual([]);
}

describe("every block", () => {
  it.each(fences.map((fence) => [placeOf(fence), fence] as const))(
    "%s is in a language that a rule covers",
    (_place, { language }) => {
      expect(RULED).toContain(language);
    },
  );
});

describe("shell", () => {
  it.each(of("sh", "bash"))("%s names commands and flags that exist", async (_place, fence) => {
    expect(await faultsOfShell(fence)).toEqual([]);
    expect(spawnSync("bash", ["-n", "-c", fence.code], { encoding: "utf8" }).stderr).toBe("");
  });

  it("finds what does not exist", async () => {
    const wrong = { page: "docs/faq.md", line: 1, language: "sh" };
    const faults = async (code: string) => await faultsOfShell({ ...wrong, code });
    expect(await faults("npx latido serve --prot 1 # comment")).toEqual([
      "npx latido serve --prot 1: latido serve has no flag --prot",
    ]);
    expect(await faults("cd x && \\\n  npm run nothing")).toEqual([
      "npm run nothing: package.json has no script nothing",
    ]);
    expect(await faults("node gone.js")).toEqual(["node gone.js: there is no gone.js"]);
    expect(await faults("A=1 sudo rm | cat")).toHaveLength(2);
    expect(await latidoFault(["conformance", "clint"])).toBe(
      "latido conformance has no command clint",
    );
    expect(commandsOf("a b # c\n\nd")).toEqual([["a", "b"], ["d"]]);
  });
});

describe("data", () => {
  it.each(of("yaml"))("%s is YAML", (_place, { code }) => {
    const documents = parseAllDocuments(code);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it.each(of("json"))("%s is JSON", (_place, { code }) => {
    expect(() => JSON.parse(code) as unknown).not.toThrow();
  });

  it.each(of("ini"))("%s has sections and settings", (_place, { code }) => {
    const lines = code.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    for (const line of lines) expect(line).toMatch(/^(?:\[\w+\]|\w+=.*)$/u);
  });

  it.each(of("mermaid"))("%s is a diagram", (_place, { code }) => {
    expect(code).toMatch(DIAGRAMS);
  });
});

describe("TypeScript", () => {
  const samples = of("ts").filter(([, { page }]) => page !== OWN_EVENTS);
  const pathOf = ({ page, line }: Fence) => `${page.replaceAll(/\W/gu, "-")}-${line}.ts`;
  let faults: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    const wrong = 'import { createClient } from "latido/client";\ncreateClient({});';
    const code = samples.map(([, fence]) => [pathOf(fence), fence.code] as const);
    faults = typeFaults(new Map([...code, ["wrong.ts", wrong]]), sampleFolder());
  });

  it.each(samples)("%s compiles", (_place, fence) => {
    expect(faults.get(pathOf(fence))).toEqual([]);
  });

  it("what does not compile is found", () => {
    expect(faults.get("wrong.ts")).toEqual([expect.stringMatching(/^line 2: Argument of type/u)]);
  });
});

describe("other languages", () => {
  it.for(of("python").filter(([, { page }]) => page !== OWN_EVENTS))(
    "%s passes the type checker of Python",
    ([, { code }], { skip }) => {
      expectNoFault(checkPython(code), skip);
    },
  );

  it.for(of("go"))("%s is formatted as Go is", ([, { code }], { skip }) => {
    expectNoFault(checkGo(code), skip);
  });
});

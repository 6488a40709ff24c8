import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packageRoot } from "../codegen/package-root.js";
import { runLanguages } from "./run-languages.js";
import { makeShell } from "./shell.js";
import type { Found, Step, Toolchain } from "./toolchain.js";

const root = packageRoot();
const shell = makeShell({ folder: root });

/** A toolchain of steps that run Node itself. */
function toolchain(language: string, found: Found | undefined, ...scripts: string[]): Toolchain {
  const steps = scripts.map((script, index): Step => ({
    name: `step ${index}`,
    run: async (given) => {
      await given.run(process.execPath, ["-e", script]);
    },
  }));
  return { language, wanted: "Latin 1", find: () => Promise.resolve(found), steps: () => steps };
}

const NODE: Found = { program: process.execPath, version: "1.2.3" };
const FAILS = "console.log('told'); console.error('why'); process.exit(3)";

describe("runLanguages", () => {
  test("every step is run and timed, also behind one that failed", async () => {
    const toolchains = [toolchain("latin", NODE, "", FAILS, "")];
    const [result] = await runLanguages({ toolchains, shell, mustHaveAll: false });
    expect(result).toMatchObject({ language: "latin", outcome: "failed", version: "1.2.3" });
    expect(result?.steps.map(({ passed }) => passed)).toEqual([true, false, true]);
    expect(result?.steps[1]?.output).toMatch(/ended with 3\n(?:told\nwhy|why\ntold)$/u);
    expect(result?.steps.every(({ tookMs }) => tookMs >= 0)).toBe(true);
  });

  test("nothing is tried without its preparation, and the next language is", async () => {
    const toolchains = [toolchain("latin", NODE, FAILS, ""), toolchain("greek", NODE, "")];
    const results = await runLanguages({ toolchains, shell, mustHaveAll: false });
    expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "passed"]);
    expect(results[0]?.steps).toHaveLength(1);
  });

  test.each([
    [false, "skipped"],
    [true, "failed"],
  ])("a missing toolchain, where all must be there: %j, is %s", async (mustHaveAll, outcome) => {
    const toolchains = [toolchain("latin", undefined, "")];
    const [result] = await runLanguages({ toolchains, shell, mustHaveAll });
    expect(result).toEqual({ language: "latin", outcome, missing: "Latin 1", steps: [] });
  });

  test("a program that cannot be started is a failure of its step", async () => {
    await expect(shell.run("no-such-program", [])).rejects.toThrow(/could not be started/u);
  });
});

describe("npm run languages", () => {
  const empty = mkdtempSync(join(tmpdir(), "latido-no-path-"));
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const command = join(root, "dist", "toolchains", "main.js");
    const env = { PATH: empty, ...environment };
    return spawnSync(process.execPath, [command, ...args], { encoding: "utf8", env });
  };

  beforeAll(() => {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")]);
  });

  afterAll(() => {
    rmSync(empty, { recursive: true });
  });

  const MISSING = [
    ["python", String.raw`Python 3\.11 or later.*`],
    ["go", String.raw`Go 1\.26 or later.*`],
  ] as const;

  test.each(MISSING)("without its toolchain %s is named and skipped", (language, wanted) => {
    const { status, stdout, stderr } = run(["--only", language]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^${language}: skipped, it needs ${wanted}\\n$`, "u"));
  });

  test.each(MISSING)("without its toolchain %s fails where CI is true", (language, wanted) => {
    const { status, stdout, stderr } = run(["--only", language], { CI: "true" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`^${language}: FAILED, it needs ${wanted}\\n$`, "u"));
  });

  test("--json tells the same to machines", () => {
    const { status, stdout } = run(["--json", "--only", "python"], { CI: "true" });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      languages: [{ language: "python", outcome: "failed", steps: [] }],
    });
  });

  test("--help names every flag", () => {
    const { status, stdout } = run(["--help"]);
    expect(status).toBe(0);
    for (const flag of ["only", "json", "help"]) expect(stdout).toContain(`--${flag}`);
  });

  test.each([
    [["--only", "cobol"], /no language cobol: choose one of python, go/u],
    [["--onyl"], /Unknown option '--onyl'/u],
    [["python"], /Unexpected argument 'python'/u],
  ])("%j is one line and exit code 2", (args, message) => {
    const { status, stderr } = run(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

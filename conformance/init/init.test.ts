// What `latido conformance init` writes is an adapter that the doctor accepts.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { latido } from "../command.test-support.js";
import { packageRoot, packageVersion } from "../package-root.js";
import { GO_PACKAGE, hasGo } from "../polyglot/go.js";
import { mayBeMissing } from "../polyglot/languages.js";
import { starterLanguages, writeStarter } from "./init.js";

/** With patience: only an adapter that hangs for ever takes so long. */
const DOCTOR = ["conformance", "doctor", "--hang-ms", "60000", "--"];

function emptyFolder(): string {
  return join(mkdtempSync(join(tmpdir(), "latido-init-")), "adapter");
}

/** The folder after `npm install`: the package as it is here, and the compiler. */
function installed(language: string): string {
  const folder = emptyFolder();
  writeStarter(language, folder);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  symlinkSync(packageRoot(), join(modules, "latido"));
  const own = join(packageRoot(), "node_modules", "@types", "node");
  symlinkSync(own, join(modules, "@types", "node"));
  return folder;
}

describe("latido conformance init", () => {
  it("knows Go, JavaScript, Python and TypeScript", () => {
    expect(starterLanguages()).toEqual(["go", "javascript", "python", "typescript"]);
  });

  it("overwrites nothing: one line, exit 2, and no file beside the one that was there", async () => {
    const folder = emptyFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "mine");
    const ended = await latido(["conformance", "init", "javascript", folder]);
    expect(ended.err).toContain("package.json is already there; init overwrites nothing");
    expect(ended.code).toBe(2);
    expect(readFileSync(join(folder, "package.json"), "utf8")).toBe("mine");
    expect(existsSync(join(folder, "adapter.mjs"))).toBe(false);
  });

  it("names the languages where it does not know one: exit 2", async () => {
    const ended = await latido(["conformance", "init", "cobol", emptyFolder()]);
    expect(ended.err).toContain("init knows go, javascript, python, typescript, not cobol");
    expect(ended.code).toBe(2);
  });

  it("writes the version of this package, and says what comes next", async () => {
    const folder = emptyFolder();
    const ended = await latido(["conformance", "init", "typescript", folder]);
    expect(ended.out).toContain("npm run doctor");
    expect(ended.code).toBe(0);
    const manifest = readFileSync(join(folder, "package.json"), "utf8");
    expect(manifest).toContain(`"latido": "^${packageVersion()}"`);
  });

  it("says for Python what comes next there", async () => {
    const folder = emptyFolder();
    const ended = await latido(["conformance", "init", "python", folder]);
    expect(ended.out).toContain("conformance doctor -- .venv/bin/python adapter.py");
    expect(ended.out).not.toContain("npm install");
    expect(ended.code).toBe(0);
  });

  it("says for Go what comes next there", async () => {
    const folder = emptyFolder();
    const ended = await latido(["conformance", "init", "go", folder]);
    expect(ended.out).toContain("go mod init adapter && go mod tidy && go build -o adapter");
    expect(ended.out).toContain("conformance doctor -- ./adapter");
    expect(ended.out).not.toContain("npm install");
    expect(ended.code).toBe(0);
  });

  it.skipIf(mayBeMissing() && !hasGo())(
    "writes an adapter in Go that the doctor accepts",
    async () => {
      const folder = emptyFolder();
      writeStarter("go", folder);
      const go = (...args: readonly string[]): string =>
        spawnSync("go", args, { cwd: folder, encoding: "utf8" }).stderr;
      go("mod", "init", "adapter");
      const module = "github.com/latido/latido-go";
      const here = join(packageRoot(), GO_PACKAGE);
      go("mod", "edit", `-require=${module}@v0.0.0`, `-replace=${module}=${here}`);
      go("mod", "tidy");
      expect(go("build", "-o", "adapter")).toBe("");
      const ended = await latido([...DOCTOR, "./adapter"], folder);
      expect(ended.out).toContain("my-client 0.1.0");
      expect(ended.out).not.toMatch(/^(?:problem|warning|not tried)/mu);
      expect(ended.code).toBe(0);
    },
  );

  // These use the build of this package, as an installation of it would.
  it.each([
    ["javascript", "adapter.mjs"],
    ["typescript", "dist/adapter.js"],
  ])("writes an adapter in %s that the doctor accepts", async (language, program) => {
    const folder = installed(language);
    if (language === "typescript") {
      const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
      const compiled = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: "utf8" });
      expect(compiled.stdout).toBe("");
    }
    const adapter = [process.execPath, program];
    const ended = await latido([...DOCTOR, ...adapter], folder);
    expect(ended.out).toContain("my-client 0.1.0");
    expect(ended.out).not.toMatch(/^(?:problem|warning|not tried)/mu);
    expect(ended.code).toBe(0);
  });
});

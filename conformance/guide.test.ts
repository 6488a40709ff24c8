// docs/conformance.md, tried as a new user would: every command of its sh blocks runs, in their order, and
// ends as the guide says.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { bundledCommand } from "./command.test-support.js";
import { packageRoot } from "./package-root.js";

interface Line {
  readonly command: string;
  readonly code: number;
}

function linesOf(file: string): readonly Line[] {
  const text = readFileSync(join(packageRoot(), file), "utf8");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gmsu)].map((found) => found[1] ?? "");
  return blocks
    .flatMap((block) => block.split("\n"))
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [command = "", comment = ""] = line.split(" # ends ");
      return { command, code: comment === "" ? 0 : Number(comment) };
    });
}

const lines = linesOf("docs/conformance.md");
const folder = mkdtempSync(join(tmpdir(), "latido-guide-"));

beforeAll(async () => {
  await bundledCommand();
  for (const name of ["bin", "dist", "examples", "node_modules", "package.json"]) {
    symlinkSync(join(packageRoot(), name), join(folder, name));
  }
});

describe("the guide", () => {
  it("has a command for each thing that it explains", () => {
    const all = lines.map((each) => each.command).join("\n");
    for (const word of ["doctor", "init", "client", "server", "replay", "compare", "--listen"]) {
      expect(all).toContain(word);
    }
    expect(lines.length).toBeGreaterThan(12);
  });

  it.each(lines.map((each) => [each.command, each.code] as const))(
    "%s ends with %i",
    async (command, code) => {
      expect(command).toMatch(/^npx latido /u);
      const latido = `"${process.execPath}" "${await bundledCommand()}"`;
      const ended = spawnSync("bash", ["-c", command.replace(/^npx latido/u, latido)], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(ended.status, `${ended.stdout}${ended.stderr}`).toBe(code);
    },
  );

  it("names files and folders that exist", () => {
    const text = readFileSync(join(packageRoot(), "docs", "conformance.md"), "utf8");
    const links = [...text.matchAll(/\]\((\.\.\/[^)#]+)/gu)].map((found) => found[1] ?? "");
    expect(links.length).toBeGreaterThan(3);
    for (const link of links)
      expect(existsSync(join(packageRoot(), "docs", link)), link).toBe(true);
  });
});

describe("the plain client", () => {
  const read = (name: string): string =>
    readFileSync(join(packageRoot(), "examples", "plain-client", name), "utf8");

  it("has less than 150 lines, and one dependency", () => {
    const lineCount = read("client.js").trimEnd().split("\n").length;
    expect(lineCount).toBeLessThan(150);
    const imports = [...read("client.js").matchAll(/from "([^"]+)"/gu)].map((found) => found[1]);
    expect(imports).toEqual(["node:crypto", "ws"]);
  });
});

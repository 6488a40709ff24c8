// Every command that `npm run` has, called wrongly: one line, exit 2, no stack. Runs what `npm run build` made.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../codegen/package-root.js";

const folder = mkdtempSync(join(tmpdir(), "latido-scripts-"));
const empty = join(folder, "empty.json");
writeFileSync(empty, "");

const { scripts } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** What a script runs once all is built, and takes flags. */
const programs = new Map(
  Object.entries(scripts).flatMap(([name, text]) => {
    const words = / && node (?<words>.*)$/u.exec(text)?.groups?.words?.split(" ");
    const isServer = words?.includes("serve") ?? true;
    return words === undefined || isServer || name === "test" ? [] : [[name, words] as const];
  }),
);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function script(name: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...(programs.get(name) ?? []), ...args], {
    cwd: packageRoot(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return await new Promise((resolve) => {
    child.once("close", (code) => {
      resolve({ code, out, err });
    });
  });
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("npm run", () => {
  const names = [...programs.keys()].filter((name) => name !== "build");

  test.each(names)(
    "%s -- --help explains itself, and an unknown flag is one line",
    async (name) => {
      const [help, wrong] = await Promise.all([script(name, "--help"), script(name, "--bogus")]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(help.out).toContain(`npm run ${name} -- `);
      expect(help.out).toContain("Exit codes: ");
      expect(wrong).toMatchObject({ code: 2, out: "" });
      expect(wrong.err).toMatch(/^[a-z:]+: [^\n]+\n$/u);
    },
  );

  test.each([
    ["world", ["--replay", "nofile"], /cannot read the trace nofile: there is no such file/],
    ["world", ["--replay", folder], /cannot read the trace .*: it is a folder/],
    ["world", ["--replay", empty], /empty\.json is no trace: its first line must hold/],
    ["world", ["--out", empty], /cannot write to --out .*: a file of this name is there/],
    [
      "soak",
      ["--fault", "x"],
      /--fault is x; allowed is a fault such as client\/gap-ignored, or two/,
    ],
    ["soak", ["--seed", "-1"], /Option '--seed' argument is ambiguous; --help lists the flags/],
    [
      "lint:contract",
      ["--contract", folder],
      /--contract .* is no file: name an AsyncAPI document/,
    ],
    ["lint:contract", ["--project", empty], /--project .* is no folder: name one that is there/],
    [
      "generate",
      ["--output", join(empty, "a")],
      /cannot write to .*: a part of the path is no folder/,
    ],
    [
      "docs",
      ["--out", join(empty, "a")],
      /cannot write to --out .*: a part of the path is no folder/,
    ],
  ])("%s %j is one line", async (name, args, message) => {
    const { code, out, err } = await script(name, ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).toMatch(/^[a-z:]+: [^\n]+\n$/u);
  });

  // Node.js never comes back from making a folder there with those above it.
  test.skipIf(!existsSync("/proc/self"))("generate writes nothing below /proc", async () => {
    const { code, err } = await script("generate", "--output", "/proc/latido");
    expect(code).toBe(2);
    expect(err).toMatch(/^generate: cannot write to \/proc\/latido[^\n]+\n$/u);
  });
});

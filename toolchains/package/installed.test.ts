// The package in an empty folder, as its users have it: commands, entries, types.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { packageRoot } from "../../codegen/package-root.js";
import { installTarball, packTarball, unpackBeside } from "./tarball.js";
import type { Tarball } from "./tarball.js";

const folder = mkdtempSync(join(tmpdir(), "latido-installed-"));
const empty = join(folder, "empty");
/** As empty, with everything else that the repository has installed. */
const equipped = join(folder, "equipped");
const latido = join("node_modules", ".bin", "latido");
let tarball: Tarball;

/** Longer than anything here takes on a busy machine. */
const HANG_MS = 300_000;

beforeAll(async () => {
  mkdirSync(empty);
  tarball = await packTarball(folder);
  await Promise.all([installTarball(tarball, empty), unpackBeside(tarball, equipped)]);
}, HANG_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], cwd: string = empty): Ended {
  const child = spawnSync(command, args, { cwd, encoding: "utf8", timeout: HANG_MS });
  // npm's own warnings about the settings of the machine are no matter of the package.
  const err = child.stderr.replaceAll(/^npm (?:warn|notice).*\n/gmu, "");
  return { code: child.status, out: child.stdout, err };
}

describe("an empty folder with the package installed", () => {
  it("has the command", () => {
    const { code, out, err } = run("npx", ["latido", "--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const command of ["serve", "watch", "generate", "diff", "init", "conformance"]) {
      expect(out).toMatch(new RegExp(`^ {2}${command} `, "mu"));
    }
  });

  it(
    "serves, and its suite judges what it serves",
    async () => {
      const server = spawn(latido, ["serve", "--json", "--port", "0"], { cwd: empty });
      try {
        const line = await new Promise<string>((resolve, reject) => {
          server.stdout.once("data", (data: Buffer) => {
            resolve(data.toString());
          });
          server.once("exit", reject);
        });
        const { url, publish } = JSON.parse(line) as {
          readonly url: string;
          readonly publish: string;
        };
        const flags = ["--publish", publish, "--case", "conn/*"];
        const judged = run(latido, ["conformance", "server", url, ...flags]);
        expect(judged.out + judged.err).toContain(": conformant");
        expect(judged.code).toBe(0);
      } finally {
        server.kill();
      }
    },
    HANG_MS,
  );

  it(
    "has a client that its suite judges",
    () => {
      const testee = "node_modules/latido/dist/conformance/testees/typescript/main.js";
      const flags = ["--req", "MSG-1", "--req", "SYNC-1"];
      const judged = run(latido, [
        "conformance",
        "client",
        ...flags,
        "--",
        process.execPath,
        testee,
      ]);
      expect(judged.out + judged.err).toContain(": conformant");
      expect(judged.code).toBe(0);
    },
    HANG_MS,
  );

  it("writes a contract and compares it", () => {
    expect(run(latido, ["init", "contract", "own.yaml"])).toMatchObject({ code: 0, err: "" });
    const compared = run(latido, ["diff", "own.yaml", "own.yaml"]);
    expect(compared).toEqual({ code: 0, out: "nothing changed\n", err: "" });
    expect(run(latido, ["serve", "--contract", "own.yaml", "--print-config"]).code).toBe(0);
  });

  it.each([
    [
      ["generate", "--language", "typescript", "--output", "out"],
      /^latido: generating typescript needs json-schema-to-typescript, prettier; `npm install -D json-schema-to-typescript@16 prettier@3`\n$/u,
    ],
    [
      ["conformance", "replay", "world.jsonl"],
      /^latido: the simulated world is not part of the package; in a checkout: npm run world -- --replay world\.jsonl\n$/u,
    ],
  ])("asks for what is missing by name, in one line: %j", (args, message) => {
    writeFileSync(join(empty, "world.jsonl"), '{"latidoTrace":1,"plan":{}}\n');
    const { code, err } = run(latido, args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) as string });
  });

  it.each(["python", "go"])("generates %s with nothing but itself", (language) => {
    const args = ["generate", "--language", language, "--output", `own-${language}`];
    expect(run(latido, args)).toMatchObject({ code: 0, err: "" });
  });

  it.each([
    ["latido", "decodeServerFrame"],
    ["latido/client", "createClient"],
    ["latido/client/node", "fileOutbox"],
    ["latido/server", "createServer"],
    ["latido/conformance", "judgeServer"],
    ["latido/codegen", "generatePackage"],
  ])("imports %s", (entry, name) => {
    const script = `const { ${name} } = await import("${entry}"); console.log(typeof ${name});`;
    const flags = ["--input-type=module", "--eval", script];
    expect(run(process.execPath, flags)).toEqual({ code: 0, out: "function\n", err: "" });
  });

  it.each(["asyncapi.yaml", "schemas/event.json", "spec/policy.yaml", "conformance/cases.json"])(
    "resolves latido/%s",
    (path) => {
      const script = `import { existsSync } from "node:fs"; import { fileURLToPath } from "node:url";
        console.log(existsSync(fileURLToPath(import.meta.resolve("latido/${path}"))));`;
      const flags = ["--input-type=module", "--eval", script];
      expect(run(process.execPath, flags)).toEqual({ code: 0, out: "true\n", err: "" });
    },
  );
});

const PROGRAM = `
import { createClient } from "latido/client";
import * as messages from "latido";
import * as node from "latido/client/node";
import * as server from "latido/server";
import * as conformance from "latido/conformance";
import { compareContracts, readContract } from "latido/codegen";

const client = createClient({ url: "ws://localhost:3000", userId: "ana" });
client.on("order_created", (event) => {
  const id: number = event.eventId;
  console.log(id);
});
// @ts-expect-error a client has no such method
client.fly();
export const all = [messages, node, server, conformance, compareContracts, readContract];
`;

describe("the types of the package", () => {
  it.each(["nodenext", "bundler"])("hold under tsc --strict with %s", (resolution) => {
    const file = join(equipped, `${resolution}.ts`);
    writeFileSync(join(equipped, "package.json"), '{ "type": "module" }');
    writeFileSync(file, PROGRAM);
    const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
    const flags = [
      ...[
        "--noEmit",
        "--strict",
        "--skipDefaultLibCheck",
        "--exactOptionalPropertyTypes",
        "--target",
        "es2023",
      ],
      ...["--module", resolution === "bundler" ? "esnext" : "nodenext"],
      ...["--moduleResolution", resolution, "--types", "node", file],
    ];
    expect(run(process.execPath, [tsc, ...flags], equipped)).toMatchObject({ code: 0, out: "" });
  });

  it("are found by every resolver of ES modules (@arethetypeswrong/cli)", () => {
    const attw = join(packageRoot(), "node_modules", ".bin", "attw");
    // A YAML file is no module; the wildcards of data files are passed over by the tool itself.
    const flags = ["--profile", "esm-only", "--exclude-entrypoints", "asyncapi.yaml", "--no-color"];
    const { code, out } = run(attw, [tarball.file, ...flags]);
    expect(code, out).toBe(0);
  });

  it("stand in a package.json without faults (publint)", async () => {
    const pkgDir = join(empty, "node_modules", "latido");
    const { messages } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages).toEqual([]);
  });
});

// The templates of the package under the standard AsyncAPI Generator, on a contract of a team's own.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { LANGUAGE_NAMES } from "../../codegen/languages.js";
import { MANIFEST } from "../../codegen/manifest.js";
import { readTree } from "../../codegen/tree.js";
import { makeShell } from "../shell.js";
import { packTarball, unpackBeside } from "./tarball.js";

const folder = mkdtempSync(join(tmpdir(), "latido-templates-"));
const shell = makeShell({ folder });
const latido = join("node_modules", "latido", "bin", "latido.js");
const HANG_MS = 600_000;

beforeAll(async () => {
  await unpackBeside(await packTarball(folder), folder);
  await shell.run(process.execPath, [latido, "init", "contract", "own.yaml"]);
}, HANG_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a team's own script would be: the generator, the template of the installed package, their document. */
const SCRIPT = `
import Generator from "@asyncapi/generator";
import { resolve } from "node:path";
const [language, target] = process.argv.slice(1);
const template = resolve("node_modules/latido/codegen/templates", language);
const templateParams = { contract: resolve("own.yaml") };
const generator = new Generator(template, resolve(target), { forceWrite: true, templateParams });
await generator.generateFromFile(resolve("own.yaml"));
`;

describe("the templates of the packed package", () => {
  it("are those of every language", () => {
    const templates = join(folder, "node_modules", "latido", "codegen", "templates");
    expect(readdirSync(templates).sort()).toEqual([...LANGUAGE_NAMES].sort());
  });

  it.each(LANGUAGE_NAMES)(
    "give under @asyncapi/generator what latido generate gives: %s",
    async (language) => {
      const [own, standard] = [`own-${language}`, `standard-${language}`];
      const flags = ["--contract", "own.yaml", "--language", language, "--output", own];
      await shell.run(process.execPath, [latido, "generate", ...flags]);
      const script = ["--input-type=module", "--eval", SCRIPT, language, standard];
      await shell.run(process.execPath, script);
      const wanted = new Map(readTree(join(folder, own)));
      expect(wanted.delete(MANIFEST)).toBe(true);
      const given = readTree(join(folder, standard));
      expect([...given.keys()].sort()).toEqual([...wanted.keys()].sort());
      for (const [path, text] of wanted) expect(given.get(path), path).toBe(text);
      expect([...wanted.values()].some((text) => text.includes("ChatMessage"))).toBe(true);
    },
    HANG_MS,
  );
});

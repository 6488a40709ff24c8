import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { LANGUAGES } from "../conformance/polyglot/languages.js";
import { readEvidence } from "./evidence.js";
import { judge, measure } from "./measure.js";

it("a run without results ends the build with its words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latido-measure-"));
  const run = judge("client", join(folder, "none"), ["no-such-program"]);
  await expect(run).rejects.toThrow("no-such-program");
});

it("fills a column for each client that this machine can judge and for the server, and says which it cannot", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latido-measure-"));
  const started: string[] = [];
  const { results, missing } = await measure({
    folder,
    onStart: (name) => started.push(name),
    languages: [
      ...LANGUAGES.filter(({ name }) => name === "typescript"),
      { name: "cobol", find: () => ({ language: "cobol", missing: "a compiler" }) },
    ],
    flags: ["--req", "CONN-1"],
  });
  expect(started).toEqual(["typescript", "server"]);
  expect(missing).toEqual(["cobol is not judged: this machine lacks a compiler"]);
  const { columns } = readEvidence(results);
  expect(columns.map(({ name, standings }) => [name, standings?.get("CONN-1")])).toEqual([
    ["typescript", "kept"],
    ["python", undefined],
    ["go", undefined],
    ["server", "kept"],
  ]);
});

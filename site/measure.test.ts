import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { judge } from "./measure.js";

it("a run without results ends the build with its words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latido-measure-"));
  const run = judge("client", join(folder, "none"), ["no-such-program"]);
  await expect(run).rejects.toThrow("no-such-program");
});

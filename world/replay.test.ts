import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planFrom } from "./plan.js";
import { replayTrace, writeTrace } from "./trace-file.js";

const file = join(mkdtempSync(join(tmpdir(), "latido-world-")), "trace.jsonl");

it("LIB-13: a trace replays step by step from its plan", async () => {
  await writeTrace(file, planFrom(7));
  const { steps, differsAt } = await replayTrace(file);
  expect(steps).toBeGreaterThan(100);
  expect(differsAt).toBeUndefined();
});

it("a trace that was changed is told with the line", async () => {
  await writeTrace(file, planFrom(7));
  const lines = readFileSync(file, "utf8").split("\n");
  lines[4] = (lines[4] ?? "").replace('"now":', '"now":1');
  writeFileSync(file, lines.join("\n"));
  expect((await replayTrace(file)).differsAt).toBe(5);
});

it("a file that is no trace is told in one line", async () => {
  writeFileSync(file, "{}\n");
  await expect(replayTrace(file)).rejects.toThrow(/is no trace.*latidoTrace/);
});

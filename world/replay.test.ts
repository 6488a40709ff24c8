import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planFrom } from "./plan.js";
import { replayTrace, writeTrace } from "./trace-file.js";

const file = join(mkdtempSync(join(tmpdir(), "latido-world-")), "trace.jsonl");

it("LIB-13: a trace replays step by step from its plan", () => {
  writeTrace(file, planFrom(7));
  const { steps, differsAt } = replayTrace(file);
  expect(steps).toBeGreaterThan(100);
  expect(differsAt).toBeUndefined();
});

it("a trace that was changed is told with the line", () => {
  writeTrace(file, planFrom(7));
  const lines = readFileSync(file, "utf8").split("\n");
  lines[4] = (lines[4] ?? "").replace('"now":', '"now":1');
  writeFileSync(file, lines.join("\n"));
  expect(replayTrace(file).differsAt).toBe(5);
});

it("a file that is no trace is told in one line", () => {
  writeFileSync(file, "{}\n");
  expect(() => replayTrace(file)).toThrow(/is no trace.*latidoTrace/);
});

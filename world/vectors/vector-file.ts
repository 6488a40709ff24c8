import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Trace, TraceHead, VectorFact, VectorStep, WorldVector } from "./vector.js";

type Line = TraceHead | VectorStep | VectorFact;

export function fileNameOf(seed: number): string {
  return `world-${seed}.jsonl`;
}

/** One JSON object a line: each trace with its steps, then the facts. */
export function textOf({ traces, facts }: WorldVector): string {
  const lines: readonly Line[] = [
    ...traces.flatMap(({ head, steps }) => [head, ...steps]),
    ...facts,
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** @throws Error with one line that names the file, where it is not of this format */
export function vectorOf(text: string, file: string): WorldVector {
  const traces: { head: TraceHead; steps: VectorStep[] }[] = [];
  const facts: VectorFact[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const entry = JSON.parse(line) as Line;
    if ("settings" in entry) traces.push({ head: entry, steps: [] });
    else if ("fact" in entry) facts.push(entry);
    else {
      const trace = traces.at(-1);
      if (trace === undefined) throw new Error(`${file}: a step stands before the first trace`);
      trace.steps.push(entry);
    }
  }
  const seed = traces[0]?.head.seed;
  if (seed === undefined) throw new Error(`${file}: there is no trace in it`);
  return { seed, traces: traces satisfies Trace[], facts };
}

/** Every recorded world of a folder, in the order of the file names. */
export function readVectors(folder: string): readonly WorldVector[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => vectorOf(readFileSync(join(folder, name), "utf8"), name));
}

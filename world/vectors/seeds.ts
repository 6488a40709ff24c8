import { readFileSync, writeFileSync } from "node:fs";

/** Which worlds are recorded, in rising order. */
export function readSeeds(file: string): readonly number[] {
  const seeds: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(seeds) || !seeds.every((seed) => Number.isSafeInteger(seed))) {
    throw new Error(`${file} must hold a list of whole numbers`);
  }
  return seeds as readonly number[];
}

export function writeSeeds(file: string, seeds: readonly number[]): void {
  const rows: string[] = [];
  for (let from = 0; from < seeds.length; from += PER_ROW) {
    rows.push(`  ${seeds.slice(from, from + PER_ROW).join(", ")}`);
  }
  writeFileSync(file, `[\n${rows.join(",\n")}\n]\n`);
}

const PER_ROW = 12;

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Texts by file name. */
export type Texts = ReadonlyMap<string, string>;

/** What a folder should hold: the names of files that differ, are missing or are too many. */
export function driftOf(folder: string, texts: Texts): readonly string[] {
  const there = namesIn(folder);
  const wrong = [...texts].filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  return [...wrong.map(([name]) => name), ...there.filter((name) => !texts.has(name))].sort();
}

/** Makes the folder hold these files and no other JSON Lines. */
export function writeFolder(folder: string, texts: Texts): void {
  mkdirSync(folder, { recursive: true });
  for (const name of namesIn(folder)) if (!texts.has(name)) rmSync(join(folder, name));
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}

function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
}

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import { compareText } from "./problem.js";

/** Texts of files by their path in a folder, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

/** One difference between what is generated and what stands in a folder. */
export interface Drift {
  readonly path: string;
  readonly kind: "changed" | "missing" | "stale";
}

/** Folders that tools leave beside the sources they run, check or install. */
const LEFT_BY_TOOLS =
  /^(?:__pycache__|\.mypy_cache|\.pytest_cache|\.ruff_cache|node_modules|.+\.egg-info)$/u;

/** Reads every file below a folder but those of tools; a folder that does not exist is empty. */
export function readTree(folder: string): Tree {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !isLeftByTools(relative(folder, entry.parentPath)))
    .map((entry) => join(entry.parentPath, entry.name));
  return sortTree(
    new Map(
      files.map((file) => [
        relative(folder, file).split(sep).join("/"),
        readFileSync(file, "utf8"),
      ]),
    ),
  );
}

/** The same files in order of path. */
export function sortTree(tree: Tree): Tree {
  return new Map([...tree].sort(([a], [b]) => compareText(a, b)));
}

/** What would change in a folder that must become the wanted tree. */
export function compareTrees(wanted: Tree, present: Tree): readonly Drift[] {
  const paths = [...new Set([...wanted.keys(), ...present.keys()])].sort(compareText);
  return paths.flatMap((path): readonly Drift[] => {
    if (!wanted.has(path)) return [{ path, kind: "stale" }];
    if (!present.has(path)) return [{ path, kind: "missing" }];
    return wanted.get(path) === present.get(path) ? [] : [{ path, kind: "changed" }];
  });
}

/** Makes a folder hold exactly the wanted tree; files that are right already are not touched. */
export function replaceTree(folder: string, wanted: Tree): readonly Drift[] {
  const drifts = compareTrees(wanted, readTree(folder));
  for (const { path, kind } of drifts) {
    const file = join(folder, path);
    if (kind === "stale") rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, wanted.get(path) ?? "");
    }
  }
  removeEmptyFolders(folder);
  return drifts;
}

/** SHA-256 of a text, in hexadecimal. */
export function hashText(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function isLeftByTools(path: string): boolean {
  return path.split(sep).some((name) => LEFT_BY_TOOLS.test(name));
}

function removeEmptyFolders(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || isLeftByTools(entry.name)) continue;
    const inner = join(folder, entry.name);
    removeEmptyFolders(inner);
    if (readdirSync(inner).length === 0) rmSync(inner, { recursive: true });
  }
}

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../codegen/package-root.js";

/** A fenced block of a page. */
export interface Fence {
  /** Path of the page from the root of the repository. */
  readonly page: string;
  /** Line of the page on which the code begins, from 1. */
  readonly line: number;
  /** What stands behind the opening fence: `ts`, `sh`, `mermaid` … */
  readonly language: string;
  readonly code: string;
}

/** Every page that readers find: the guides, the README of each example, and those of the root. */
export function pages(): readonly string[] {
  const root = packageRoot();
  const guides = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("."))
    .map((path) => `docs/${path}`);
  const examples = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("README.md") && !path.includes("node_modules"))
    .map((path) => `examples/${path}`);
  return ["README.md", "CONTRIBUTING.md", ...guides.sort(), ...examples.sort()];
}

export function readPage(page: string): string {
  return readFileSync(join(packageRoot(), page), "utf8");
}

/** The fenced blocks of a page, in order. */
export function fencesOf(page: string): readonly Fence[] {
  const text = readPage(page);
  return [...text.matchAll(/^( *)```(\S*)[^\n]*\n(.*?)^ *```$/gmsu)].map((found) => {
    const [, indent = "", language = "", code = ""] = found;
    const line = text.slice(0, found.index).split("\n").length + 1;
    return { page, line, language, code: code.replaceAll(new RegExp(`^${indent}`, "gmu"), "") };
  });
}

/** Where a block stands, for titles of tests. */
export function placeOf({ page, line }: Fence): string {
  return `${page}:${line}`;
}

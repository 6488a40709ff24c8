import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

import type { Requirement } from "../model.js";
import { compareText } from "../problem.js";
import type { Problem } from "../problem.js";
import { isTrial } from "./requirement-coverage.js";

/** Folders that hold copies or other people's work. */
const SKIPPED = ["node_modules", "dist", "generated", "coverage", "out", "__transpiled"];

/** Files in which a requirement may be cited. */
const TEXTS = [
  ".ts",
  ".js",
  ".mjs",
  ".yaml",
  ".yml",
  ".json",
  ".md",
  ".py",
  ".go",
  ".rs",
  ".java",
  ".dart",
];

/** The citations of a project, judged. */
export interface Citations {
  readonly count: number;
  /** Requirements that a test or a case cites. */
  readonly tried: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Finds every requirement id that is cited below a folder, and reports those that do not exist. */
export function checkCitations(root: string, requirements: readonly Requirement[]): Citations {
  const known = new Set(requirements.map(({ id }) => id));
  const areas = [...new Set(requirements.map(({ area }) => area))].sort(compareText);
  const pattern = new RegExp(`(?<![\\w-])(?:${areas.join("|")})-\\d+(?!\\w)`, "gu");
  const problems: Problem[] = [];
  const tried = new Set<string>();
  let count = 0;
  for (const file of textsBelow(root)) {
    const isTried = isTrial(file);
    readFileSync(file, "utf8")
      .split("\n")
      .forEach((line, index) => {
        for (const match of line.matchAll(pattern)) {
          count += 1;
          if (isTried) tried.add(match[0]);
          if (known.has(match[0])) continue;
          const message = `no requirement has the id ${match[0]}`;
          const advice = "cite an id of spec/requirements.yaml, or add the requirement there";
          problems.push({ file, line: index + 1, column: match.index + 1, message, advice });
        }
      });
  }
  return { count, tried, problems };
}

function textsBelow(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return SKIPPED.includes(entry.name) || entry.name.startsWith(".") ? [] : textsBelow(path);
      }
      return TEXTS.includes(extname(entry.name)) && entry.name !== "package-lock.json"
        ? [path]
        : [];
    });
}

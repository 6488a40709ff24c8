// Reads the case files, judges them by case.schema.json and fills in what they may leave out.

import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { Ajv } from "ajv";
import { parse } from "yaml";

import { packageRoot } from "../package-root.js";
import { OPEN } from "../profiles/profile.js";
import { builtSuite } from "./built.js";
import type { Case, StandingRule, Step, Tier } from "./case.js";

interface CaseInFile {
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly string[];
  readonly role: "client" | "server";
  readonly level?: "MUST" | "SHOULD";
  readonly since?: string;
  readonly needs?: readonly string[];
  readonly clock?: "real" | "virtual";
  readonly profile?: string;
  readonly vars?: Case["vars"];
  readonly unwatched?: Case["unwatched"];
  readonly tier?: Tier;
  readonly steps?: readonly Step[];
  readonly standing?: StandingRule;
  readonly for?: Readonly<Record<string, readonly (number | string)[]>>;
}

interface CaseFile {
  readonly area: string;
  readonly cases: readonly CaseInFile[];
}

/** A case file is wrong: the fault is the suite's, not the testee's. */
export class CaseFileError extends Error {}

export function casesFolder(): string {
  return join(packageRoot(), "conformance", "cases");
}

function caseFilesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => join(folder, name));
}

/** A case with `for` stands for one case of each value. */
function each(found: CaseInFile): readonly CaseInFile[] {
  const { for: values, ...plain } = found;
  const [name, list] = Object.entries(values ?? {})[0] ?? [];
  if (name === undefined || !list) return [plain];
  return list.map((value) => ({
    ...plain,
    id: `${plain.id}-${String(value).replaceAll("_", "-")}`,
    title: `${plain.title} (${value})`,
    vars: { ...plain.vars, [name]: value },
  }));
}

function filled(found: CaseInFile, file: string): Case {
  const clock = found.clock ?? "real";
  const needs = found.needs ?? [];
  return {
    level: "MUST",
    since: "1.0",
    profile: OPEN,
    vars: {},
    unwatched: [],
    steps: [],
    ...found,
    clock,
    needs:
      clock === "virtual" && !needs.includes("clock.advance") ? [...needs, "clock.advance"] : needs,
    tier: found.tier ?? (found.role === "client" ? "driven" : "server"),
    file,
  };
}

/** All cases of a folder of case files, in the order of file names and of the files. */
export function readCaseFiles(folder: string = casesFolder()): readonly Case[] {
  const schema = JSON.parse(
    readFileSync(join(casesFolder(), "case.schema.json"), "utf8"),
  ) as object;
  const validate = new Ajv({ strict: false, allErrors: false }).compile<CaseFile>(schema);
  const cases: Case[] = [];
  const seen = new Map<string, string>();
  for (const path of caseFilesIn(folder)) {
    const file = basename(path);
    const content: unknown = parse(readFileSync(path, "utf8"));
    if (!validate(content)) {
      const error = validate.errors?.[0];
      throw new CaseFileError(
        `${file}: ${error?.instancePath ?? ""} ${error?.message ?? "is wrong"}`,
      );
    }
    for (const found of content.cases.flatMap(each)) {
      const other = seen.get(found.id);
      if (other !== undefined) throw new CaseFileError(`${file}: ${found.id} is also in ${other}`);
      seen.set(found.id, file);
      cases.push(filled(found, file));
    }
  }
  return cases;
}

/** All cases of the suite: as they were built and are shipped, or from the case files where those are newer. */
export function loadCases(root: string = packageRoot()): readonly Case[] {
  const folder = join(root, "conformance", "cases");
  return builtSuite(root, caseFilesIn(folder))?.cases ?? readCaseFiles(folder);
}

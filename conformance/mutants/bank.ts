// The bank of mutants (one fault each) and legal variants, as named edits of the reference sources.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { isObject, stringOr } from "../json.js";
import { packageRoot } from "../package-root.js";
import { UsageError } from "../usage-error.js";

export type MutantLanguage = "typescript" | "python" | "go";

export interface Edit {
  /** role/what-is-wrong; of another language than TypeScript, language/what-is-wrong. */
  readonly name: string;
  readonly role: "client" | "server";
  /** Of the sources that it edits. */
  readonly language: MutantLanguage;
  /** The requirements that must catch it, each by a check of its own; none for a legal variant. */
  readonly requirements: readonly string[];
  /** Path from the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly why: string;
}

/** An edit does not fit the sources any more: the sources changed, and so must the bank. */
export class EditError extends Error {
  override readonly name = "ConfigError";
}

/** What the name of an edit begins with. Other languages have clients only. */
const PREFIXES: Readonly<Record<string, Pick<Edit, "role" | "language">>> = {
  client: { role: "client", language: "typescript" },
  server: { role: "server", language: "typescript" },
  python: { role: "client", language: "python" },
  go: { role: "client", language: "go" },
};

function requirementsIn(given: unknown): readonly string[] {
  if (given === undefined) return [];
  return (Array.isArray(given) ? given : [given]).map(String);
}

function readEdits(file: string): readonly Edit[] {
  const content: unknown = parse(
    readFileSync(join(packageRoot(), "conformance", "mutants", file), "utf8"),
  );
  if (!Array.isArray(content)) throw new EditError(`conformance/mutants/${file} holds no list`);
  return content.map((each) => {
    const row = isObject(each) ? each : {};
    const name = stringOr(row.name, "");
    const [prefix = ""] = name.split("/");
    const { role, language } = PREFIXES[prefix] ?? {};
    const text = [row.file, row.find, row.replace, row.why];
    if (
      role === undefined ||
      language === undefined ||
      !text.every((part) => typeof part === "string")
    ) {
      throw new EditError(`conformance/mutants/${file}: ${name || "an entry"} is not complete`);
    }
    const [path = "", find = "", replace = "", why = ""] = text;
    const requirements = requirementsIn(row.requirement);
    return { name, role, language, requirements, file: path, find, replace, why };
  });
}

/** The edits of a folder of the bank: a file an area, in the order of their names. */
function readFolder(folder: string): readonly Edit[] {
  return readdirSync(join(packageRoot(), "conformance", "mutants", folder))
    .sort()
    .flatMap((file) => readEdits(`${folder}/${file}`));
}

export function mutants(): readonly Edit[] {
  return ["client", "server", "python", "go"].flatMap(readFolder);
}

export function variants(): readonly Edit[] {
  return readFolder("variants");
}

export function editNamed(name: string): Edit {
  const found = [...mutants(), ...variants()].find((each) => each.name === name);
  if (found) return found;
  throw new UsageError(
    `no mutant is called ${name}; the files in conformance/mutants name them all`,
  );
}

/** The edited source. Throws EditError unless the edit fits exactly once. */
export function applied(edit: Edit): string {
  let source: string;
  try {
    source = readFileSync(join(packageRoot(), edit.file), "utf8");
  } catch (cause) {
    throw new EditError(`${edit.name}: ${edit.file} does not exist`, { cause });
  }
  const pieces = source.split(edit.find);
  if (pieces.length === 2) return pieces.join(edit.replace);
  const times = pieces.length - 1;
  throw new EditError(`${edit.name}: its text occurs ${times} times in ${edit.file}, not once`);
}

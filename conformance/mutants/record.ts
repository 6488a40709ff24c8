// What the last matrix found, kept in signatures.json: from it come power.md, the mutant that a failure
// resembles, and which checks earn their place.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Case } from "../cases/case.js";
import { loadCases } from "../cases/load.js";
import { packageRoot } from "../package-root.js";
import { givenSettings, loadProfiles } from "../profiles/profile.js";
import type { Edit } from "./bank.js";
import { neighbourhood, type Failing, type Trial } from "./trial.js";

export interface RecordedMutant {
  /** Fingerprint of the edit and of the cases that were tried on it. */
  readonly inputs: string;
  readonly requirements: readonly string[];
  readonly failing: readonly Failing[];
}

export interface RecordedVariant {
  readonly inputs: string;
  /** How many cases it passed. */
  readonly passed: number;
}

export interface PowerRecord {
  readonly format: 1;
  readonly mutants: Readonly<Record<string, RecordedMutant>>;
  readonly variants: Readonly<Record<string, RecordedVariant>>;
}

const EMPTY: PowerRecord = { format: 1, mutants: {}, variants: {} };

export function recordFile(): string {
  return join(packageRoot(), "conformance", "mutants", "signatures.json");
}

export function readRecord(file: string = recordFile()): PowerRecord {
  if (!existsSync(file)) return EMPTY;
  return JSON.parse(readFileSync(file, "utf8")) as PowerRecord;
}

/** What a case does: neither where it stands in its file nor what its notes say. */
function plain({ file: _file, steps, ...rest }: Case): unknown {
  return { ...rest, steps: steps.map(({ note: _note, ...step }) => step) };
}

/** What servers are started with for these cases. */
function settingsOf(cases: readonly Case[]): unknown {
  const profiles = loadProfiles();
  const names = [...new Set(cases.map(({ profile }) => profile))].sort();
  return names.map((name) => {
    const profile = profiles.get(name);
    const contract = profile && givenSettings(profile).contract;
    if (contract === undefined) return profile?.settings;
    return { ...profile?.settings, contract: readFileSync(contract, "utf8") };
  });
}

/** Changes when the edit changes, a case that is tried on it, or the settings of a server for that case. */
export function fingerprint(edit: Edit, all: readonly Case[] = loadCases()): string {
  const tried = neighbourhood(edit, all);
  const { requirements, file, find, replace } = edit;
  const settings = edit.role === "server" ? settingsOf(tried) : [];
  const text = JSON.stringify({
    requirements,
    file,
    find,
    replace,
    cases: tried.map(plain),
    settings,
  });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Edits that the record does not know as they are now. */
export function staleEdits(edits: readonly Edit[], record: PowerRecord): readonly Edit[] {
  const all = loadCases();
  return edits.filter((edit) => {
    const known = record.mutants[edit.name] ?? record.variants[edit.name];
    return known?.inputs !== fingerprint(edit, all);
  });
}

/** Entries that no edit of the bank stands for any more. */
export function orphans(edits: readonly Edit[], record: PowerRecord): readonly string[] {
  const names = new Set(edits.map(({ name }) => name));
  return [...Object.keys(record.mutants), ...Object.keys(record.variants)].filter(
    (name) => !names.has(name),
  );
}

function sorted<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The record with what these trials found, and without what the bank no longer holds. */
export function recorded(
  before: PowerRecord,
  edits: readonly Edit[],
  trials: readonly Trial[],
): PowerRecord {
  const gone = new Set(orphans(edits, before));
  const mutants = new Map(Object.entries(before.mutants).filter(([name]) => !gone.has(name)));
  const variants = new Map(Object.entries(before.variants).filter(([name]) => !gone.has(name)));
  const all = loadCases();
  for (const { edit, failing, ran, problem, missing } of trials) {
    if (missing !== undefined) continue; // what was not tried stays as it was found
    mutants.delete(edit.name);
    variants.delete(edit.name);
    if (problem !== undefined) continue;
    const inputs = fingerprint(edit, all);
    if (edit.requirements.length === 0) variants.set(edit.name, { inputs, passed: ran });
    else mutants.set(edit.name, { inputs, requirements: edit.requirements, failing });
  }
  return { format: 1, mutants: sorted([...mutants]), variants: sorted([...variants]) };
}

/** One line an entry, so that a change of the matrix reads well as a difference. */
export function recordText({ format, mutants, variants }: PowerRecord): string {
  const lines = (entries: Readonly<Record<string, unknown>>): string =>
    Object.entries(entries)
      .map(([name, entry]) => `    ${JSON.stringify(name)}: ${JSON.stringify(entry)}`)
      .join(",\n");
  return `{\n  "format": ${format},\n  "mutants": {\n${lines(mutants)}\n  },\n  "variants": {\n${lines(variants)}\n  }\n}\n`;
}

export function writeRecord(record: PowerRecord, file: string = recordFile()): void {
  writeFileSync(file, recordText(record));
}

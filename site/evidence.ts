// What shows that a requirement is kept: cases that check it, mutants that they catch, results of runs.

import { LANGUAGE_NAMES } from "../codegen/languages.js";
import type { Requirement } from "../codegen/model.js";
import { loadCases } from "../conformance/cases/load.js";
import type { Case } from "../conformance/cases/case.js";
import { loadContract } from "../conformance/contract.js";
import { mutants, type Edit } from "../conformance/mutants/bank.js";
import { readRecord, type PowerRecord } from "../conformance/mutants/record.js";
import { matrixOf, type Standing } from "../conformance/report/matrix.js";
import { readResults } from "../conformance/report/read.js";
import type { Results } from "../conformance/report/results.js";
import { UsageError } from "../conformance/usage-error.js";

/** One column of the matrix: a client's language, or the server. */
export interface Column {
  readonly name: string;
  readonly role: "client" | "server";
  /** What a run said about each requirement; absent where none was given. */
  readonly standings?: ReadonlyMap<string, Standing>;
  /** When that run began, ISO 8601. */
  readonly startedAt?: string;
  /** How many cases that run had. */
  readonly cases?: number;
}

export interface Evidence {
  readonly cases: readonly Case[];
  readonly columns: readonly Column[];
  readonly casesOf: (requirement: string) => readonly Case[];
  readonly mutantsOf: (requirement: string) => readonly Edit[];
  /** Cases that caught a mutant by a check that cites the requirement. */
  readonly killersOf: (mutant: Edit, requirement: string) => readonly string[];
}

const SERVER = "server";

/**
 * Gathers everything that bears on the requirements.
 *
 * @param files Paths of results.json of earlier runs; one for each language at most.
 * @throws UsageError for a file that is no results.json, and for a second one of a language.
 */
export function readEvidence(files: readonly string[]): Evidence {
  const cases = loadCases();
  const bank = mutants();
  const record: PowerRecord = readRecord();
  return {
    cases,
    columns: columnsOf(files),
    casesOf: (id) => cases.filter((each) => citedBy(each).has(id)),
    mutantsOf: (id) => bank.filter(({ requirements }) => requirements.includes(id)),
    killersOf: (mutant, id) => {
      const failing = record.mutants[mutant.name]?.failing ?? [];
      const names = failing.filter(({ cites }) => cites.includes(id)).map((each) => each.case);
      return [...new Set(names)];
    },
  };
}

const CITED = new WeakMap<Case, ReadonlySet<string>>();

/** The requirements of a case and of its single checks. */
function citedBy(found: Case): ReadonlySet<string> {
  const known = CITED.get(found);
  if (known !== undefined) return known;
  const steps = found.steps.flatMap(({ requirement }) => requirement ?? []);
  const cited = new Set([...found.requirements, ...steps]);
  CITED.set(found, cited);
  return cited;
}

function columnsOf(files: readonly string[]): readonly Column[] {
  const contract = loadContract();
  const given = new Map<string, Column>();
  for (const file of files) {
    const results = readResults(file);
    const name = columnName(results);
    if (given.has(name)) {
      throw new UsageError(`${file} is a second run of ${name}; give one for each language`);
    }
    const rows = matrixOf(results, contract.requirements).flatMap((area) => area.rows);
    given.set(name, {
      name,
      role: results.tier === SERVER ? SERVER : "client",
      standings: new Map(rows.map(({ id, standing }) => [id, standing])),
      startedAt: results.startedAt,
      cases: results.cases.length,
    });
  }
  const expected = [...LANGUAGE_NAMES, SERVER];
  const columns = expected.map(
    (name): Column => given.get(name) ?? { name, role: name === SERVER ? SERVER : "client" },
  );
  return [...columns, ...[...given.values()].filter(({ name }) => !expected.includes(name))];
}

function columnName(results: Results): string {
  if (results.tier === SERVER) return SERVER;
  const language = results.testee?.language.toLowerCase() ?? "a client";
  return results.tier === "wire" ? `${language}, by wire` : language;
}

/** What a column says of a requirement, for people. */
export function resultWord(column: Column, requirement: Requirement): string {
  if (requirement.role !== "both" && requirement.role !== column.role) return "–";
  if (requirement.observable === "review") return WORDS.review;
  const standing = column.standings?.get(requirement.id);
  return WORDS[standing ?? "unrun"];
}

const WORDS: Readonly<Record<Standing, string>> = {
  broken: "broken",
  warned: "warned",
  unjudged: "not\u00a0judged",
  kept: "kept",
  unrun: "not\u00a0run",
  review: "by\u00a0review",
};

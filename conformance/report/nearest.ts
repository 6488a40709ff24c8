// Which known fault a run looks like: its failures are compared with those that each mutant of the
// reference caused, by case and step. Says nothing when unsure.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { isObject } from "../json.js";
import { packageRoot } from "../package-root.js";
import type { CaseResult, FailureKind } from "../runner/verdict.js";

/** Where and how one case failed. */
export interface FailedAt {
  readonly case: string;
  /** Index of the step; absent where no step was at work. */
  readonly step?: number;
  readonly kind: FailureKind;
}

/** What each mutant fails, over all cases of its role. */
export type Signatures = Readonly<Record<string, readonly FailedAt[]>>;

/** Less than this share of common failures is no likeness. */
const LEAST_LIKENESS = 0.4;

/** The second most similar must be this much less alike. */
const LEAST_LEAD = 0.1;

/** A failure of the same case at another step says a little. */
const OTHER_STEP = 0.25;

/** What a run failed, in the form in which signatures.json keeps it for each mutant. */
export function signatureOf(results: readonly CaseResult[]): readonly FailedAt[] {
  return results.flatMap(({ id, verdict, failure }) => {
    if (!failure || (verdict !== "fail" && verdict !== "untestable")) return [];
    const step = failure.step === undefined ? {} : { step: failure.step };
    return [{ case: id, ...step, kind: failure.kind }];
  });
}

/** A standing rule breaks whenever it breaks: which step was at work then is chance. */
const STEPLESS: ReadonlySet<FailureKind> = new Set(["monitor", "driver", "canary"]);

function isSame(one: FailedAt, other: FailedAt): boolean {
  if (one.case !== other.case || one.kind !== other.kind) return false;
  return one.step === other.step || STEPLESS.has(one.kind);
}

/** Common failures over all failures of either: 1 is the same, 0 nothing in common. */
function likeness(run: readonly FailedAt[], mutant: readonly FailedAt[]): number {
  const byCase = new Map(mutant.map((each) => [each.case, each]));
  let common = 0;
  let shared = 0;
  for (const each of run) {
    const other = byCase.get(each.case);
    if (!other) continue;
    shared += 1;
    common += isSame(each, other) ? 1 : OTHER_STEP;
  }
  return common / (run.length + mutant.length - shared);
}

/** Writes `looksLike` on every failed case that the most similar mutant fails the same way. */
export function withLikeness(
  results: readonly CaseResult[],
  signatures: Signatures,
): readonly CaseResult[] {
  const nearest = nearestMutant(results, signatures);
  return results.map((each) => {
    const looksLike = nearest(each);
    return looksLike === undefined ? each : { ...each, looksLike };
  });
}

/**
 * Compares the whole run with each mutant, then answers for single cases.
 * A run of few cases is compared with what the mutants failed among those.
 */
export function nearestMutant(
  results: readonly CaseResult[],
  signatures: Signatures,
): (result: CaseResult) => string | undefined {
  const ran = new Set(results.map((each) => each.id));
  const failed = signatureOf(results);
  const scored = Object.entries(signatures)
    .map(([name, all]) => {
      const mutant = all.filter((each) => ran.has(each.case));
      return { name, mutant, score: mutant.length === 0 ? 0 : likeness(failed, mutant) };
    })
    .filter(({ score }) => score >= LEAST_LIKENESS)
    .sort((one, other) => other.score - one.score);
  const [first, second] = scored;
  const lead = (first?.score ?? 0) - (second?.score ?? 0);
  if (!first || lead < LEAST_LEAD) return () => undefined;
  return (result) => {
    const [own] = signatureOf([result]);
    const isLike = own !== undefined && first.mutant.some((each) => isSame(own, each));
    return isLike ? first.name : undefined;
  };
}

function isFailedAt(value: unknown): value is FailedAt {
  return (
    isObject(value) &&
    typeof value.case === "string" &&
    typeof value.kind === "string" &&
    (value.step === undefined || typeof value.step === "number")
  );
}

/** Where `npm run power` keeps what each mutant fails. */
export function signaturesFile(): string {
  return join(packageRoot(), "conformance", "mutants", "signatures.json");
}

/** Reads {"client/no-dedup": [{case, step, kind}, …], …}; empty where no matrix was measured. */
export function readSignatures(file: string = signaturesFile()): Signatures {
  if (!existsSync(file)) return {};
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isObject(content)) return {};
  return Object.fromEntries(
    Object.entries(content).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.filter(isFailedAt) : [],
    ]),
  );
}

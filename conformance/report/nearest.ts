// Which known fault a run looks like: its failures are compared with those that each mutant of the
// reference caused, by case and step. Says nothing when unsure.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { isObject, member } from "../json.js";
import { packageRoot } from "../package-root.js";
import type { CaseResult, FailureKind } from "../runner/verdict.js";
import { byCase } from "./rounds.js";

/** Where and how one case failed. */
export interface FailedAt {
  readonly case: string;
  /** Index of the step; absent where no step was at work. */
  readonly step?: number;
  readonly kind: FailureKind;
  readonly monitor?: string;
}

/** What a mutant fails among the cases of its requirements' areas; on others it was not tried. */
export interface Signature {
  readonly requirements: readonly string[];
  readonly failing: readonly FailedAt[];
}

export type Signatures = Readonly<Record<string, Signature>>;

/** Less than this share of common failures is no likeness. */
const LEAST_LIKENESS = 0.4;

/** Whatever is less alike than the best by this much is not meant. */
const LEAST_LEAD = 0.1;

/** Where more are equally near, none is named. */
const MOST_NAMED = 3;

/** A failure of the same case in another way says a little. */
const OTHER_WAY = 0.25;

/** How a case failed; undefined where it did not. */
export function failedAt({
  id,
  verdict,
  failure,
}: Pick<CaseResult, "id" | "verdict" | "failure">): FailedAt | undefined {
  if (!failure || (verdict !== "fail" && verdict !== "untestable")) return undefined;
  return {
    case: id,
    kind: failure.kind,
    ...(failure.step === undefined ? {} : { step: failure.step }),
    ...(failure.monitor === undefined ? {} : { monitor: failure.monitor }),
  };
}

/** A standing rule breaks whenever it breaks: which step was at work then is chance. */
const STEPLESS: ReadonlySet<FailureKind> = new Set(["monitor", "driver", "canary"]);

/** Whether two failures of a case are the same failure. */
export function isSame(one: FailedAt, other: FailedAt): boolean {
  if (one.case !== other.case || one.kind !== other.kind) return false;
  return STEPLESS.has(one.kind) ? one.monitor === other.monitor : one.step === other.step;
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
    common += isSame(each, other) ? 1 : OTHER_WAY;
  }
  const either = run.length + mutant.length - shared;
  return either === 0 ? 0 : common / either;
}

function areasOf(requirements: readonly string[]): ReadonlySet<string> {
  return new Set(requirements.map((id) => id.slice(0, id.lastIndexOf("-"))));
}

/** Compares what the run and the mutant fail among the cases on which both were tried. */
function similarity(results: readonly CaseResult[], { requirements, failing }: Signature): number {
  const areas = areasOf(requirements);
  const common = results.filter((each) =>
    [...areasOf(each.requirements)].some((area) => areas.has(area)),
  );
  const ran = new Set(common.map(({ id }) => id));
  const failed = byCase(common)
    .map(({ result }) => failedAt(result))
    .filter((each) => each !== undefined);
  const mutant = failing.filter((each) => ran.has(each.case));
  return mutant.length === 0 ? 0 : likeness(failed, mutant);
}

/**
 * Compares the whole run with each mutant, then answers for single cases with those that fail them the same
 * way: the most similar one, or two or three that are equally so. A run of few cases is compared with what
 * the mutants failed among those.
 */
export function nearestMutant(
  results: readonly CaseResult[],
  signatures: Signatures,
): (result: CaseResult) => string | undefined {
  const similar = Object.entries(signatures)
    .map(([name, signature]) => ({ name, signature, score: similarity(results, signature) }))
    .filter(({ score }) => score >= LEAST_LIKENESS)
    .sort((one, other) => other.score - one.score);
  return (result) => {
    const own = failedAt(result);
    if (own === undefined) return undefined;
    const alike = similar.filter(({ signature }) =>
      signature.failing.some((each) => isSame(own, each)),
    );
    const best = alike[0]?.score ?? 0;
    const nearest = alike.filter(({ score }) => best - score < LEAST_LEAD);
    if (nearest.length === 0 || nearest.length > MOST_NAMED) return undefined;
    return nearest.map(({ name }) => name).join(" or ");
  };
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

/** Where `npm run power` keeps what each mutant fails. */
export function signaturesFile(): string {
  return join(packageRoot(), "conformance", "mutants", "signatures.json");
}

function isSignature(value: unknown): value is Signature {
  const failing = member(value, "failing");
  return (
    Array.isArray(member(value, "requirements")) &&
    Array.isArray(failing) &&
    failing.every((each) => typeof member(each, "case") === "string")
  );
}

/** Reads {"mutants": {"client/no-dedup": {requirements, failing}, …}}; empty where none was measured. */
export function readSignatures(file: string = signaturesFile()): Signatures {
  if (!existsSync(file)) return {};
  const mutants = member(JSON.parse(readFileSync(file, "utf8")), "mutants");
  const known = isObject(mutants) ? Object.entries(mutants) : [];
  return Object.fromEntries(
    known.filter((each): each is [string, Signature] => isSignature(each[1])),
  );
}

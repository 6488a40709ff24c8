// The requirement matrix: what a run says about each requirement that binds the testee.

import type { Requirement } from "../contract.js";
import type { CaseResult, RunResult, Verdict } from "../runner/verdict.js";
import { byCase, roundsText, type Occurrences } from "./rounds.js";
import { areaTitle } from "./areas.js";

export type Standing =
  | "broken" // a check that cites it failed
  | "warned" // the same, for a SHOULD
  | "unjudged" // its cases could not come to a verdict on it
  | "kept" // every case that names it passed
  | "unrun" // no case of this run names it
  | "review"; // no test can see it; the contract says why

/** From what needs attention to what needs none. */
export const STANDINGS: readonly Standing[] = [
  "broken",
  "warned",
  "unjudged",
  "kept",
  "unrun",
  "review",
];

export interface RowCase {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** "in 3 of 50 rounds", where there were several. */
  readonly rounds?: string;
}

export interface Row {
  readonly id: string;
  readonly level: string;
  readonly sentence: string;
  readonly standing: Standing;
  /** Why it is not simply kept or broken. */
  readonly note?: string;
  readonly cases: readonly RowCase[];
}

export interface Area {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

export type Tally = Readonly<Record<Standing, number>>;

function isAbout(result: CaseResult, id: string): boolean {
  return (
    result.requirements.includes(id) ||
    result.failure?.requirements.includes(id) === true ||
    result.assertions.some((each) => each.requirements.includes(id))
  );
}

function breaks(result: CaseResult, id: string): boolean {
  return result.failure?.requirements.includes(id) === true;
}

function standingOf(
  id: string,
  cases: readonly CaseResult[],
  run: RunResult,
  requirement: Requirement | undefined,
): Pick<Row, "standing" | "note"> {
  const culprits = cases.filter((each) => breaks(each, id));
  if (culprits.some(({ verdict }) => verdict === "fail")) return { standing: "broken" };
  if (culprits.some(({ verdict }) => verdict === "warn")) return { standing: "warned" };
  const open = cases.find(({ verdict }) => verdict !== "pass");
  if (open) return { standing: "unjudged", note: unjudgedNote(open, id) };
  if (cases.length > 0) return { standing: "kept" };
  if (requirement?.observable === "review") {
    return { standing: "review", note: requirement.reason ?? "no test can see it" };
  }
  return { standing: "unrun", ...unrunNote(id, run) };
}

function unrunNote(id: string, { unseen, notJudged }: RunResult): Pick<Row, "note"> {
  if (unseen?.includes(id)) return { note: "no case of this tier can show it" };
  if (notJudged?.requirements.includes(id)) {
    return { note: "it is judged on a server with other settings" };
  }
  return {};
}

function unjudgedNote(result: CaseResult, id: string): string {
  const about = breaks(result, id) ? "" : `, for another cause`;
  const ended: Readonly<Record<Verdict, string>> = {
    pass: "",
    fail: `${result.id} failed${about}`,
    warn: `${result.id} ended with a warning${about}`,
    "n/a": result.failure?.problem ?? `${result.id} does not apply`,
    untestable: `${result.id} could not be set up: ${result.failure?.problem ?? ""}`,
    inconclusive: `${result.id} was disturbed by the machine it ran on`,
    error: `${result.id} ended with a fault of the suite`,
  };
  return ended[result.verdict];
}

function rowCase(occurrences: Occurrences): RowCase {
  const { id, title, verdict } = occurrences.result;
  const rounds = roundsText(occurrences);
  return { id, title, verdict, ...(rounds === undefined ? {} : { rounds }) };
}

function row(id: string, run: RunResult, requirement: Requirement | undefined): Row {
  const cases = run.cases.filter((each) => isAbout(each, id));
  return {
    id,
    level: requirement?.level ?? "MUST",
    sentence: requirement?.sentence ?? "This id is not in spec/requirements.yaml.",
    ...standingOf(id, cases, run, requirement),
    cases: byCase(cases).map(rowCase),
  };
}

/** Who is judged in a tier. */
export function roleOf(tier: string): "client" | "server" {
  return tier === "server" ? "server" : "client";
}

/** Areas in the order of the contract, each with the requirements that bind the testee. */
export function matrixOf(
  run: RunResult,
  requirements: ReadonlyMap<string, Requirement>,
): readonly Area[] {
  const role = roleOf(run.tier);
  const binding = [...requirements.values()].filter((each) => [role, "both"].includes(each.role));
  const known = new Set(binding.map(({ id }) => id));
  const cited = run.cases.flatMap((each) => [
    ...each.requirements,
    ...(each.failure?.requirements ?? []),
  ]);
  const strangers = [...new Set(cited)].filter((id) => !known.has(id));
  const rows = new Map<string, Row[]>();
  for (const id of [...binding.map((each) => each.id), ...strangers]) {
    const area = requirements.get(id)?.area ?? id.split("-")[0] ?? id;
    const present = rows.get(area) ?? [];
    rows.set(area, [...present, row(id, run, requirements.get(id))]);
  }
  return [...rows].map(([name, list]) => ({ name, title: areaTitle(name), rows: list }));
}

export function tally(rows: readonly Row[]): Tally {
  const count = (standing: Standing): number =>
    rows.filter((each) => each.standing === standing).length;
  return {
    broken: count("broken"),
    warned: count("warned"),
    unjudged: count("unjudged"),
    kept: count("kept"),
    unrun: count("unrun"),
    review: count("review"),
  };
}

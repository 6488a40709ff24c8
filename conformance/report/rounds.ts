// A run of several rounds holds every case several times; reports tell each case once.

import type { CaseResult, Verdict } from "../runner/verdict.js";

type Judged = Pick<CaseResult, "id" | "verdict">;

export interface Occurrences<Result extends Judged = CaseResult> {
  /** The first of the worst. */
  readonly result: Result;
  readonly times: number;
  /** How often it ended like `result`. */
  readonly alike: number;
}

const WORST_FIRST: readonly Verdict[] = [
  "error",
  "fail",
  "untestable",
  "inconclusive",
  "warn",
  "n/a",
  "pass",
];

function rank({ verdict }: Judged): number {
  return WORST_FIRST.indexOf(verdict);
}

/** Every case once, in the order in which they first ran. */
export function byCase<Result extends Judged>(
  results: readonly Result[],
): readonly Occurrences<Result>[] {
  const grouped = new Map<string, Result[]>();
  for (const each of results) grouped.set(each.id, [...(grouped.get(each.id) ?? []), each]);
  return [...grouped.values()].flatMap((group) => {
    const worst = Math.min(...group.map(rank));
    const alike = group.filter((each) => rank(each) === worst);
    return alike
      .slice(0, 1)
      .map((result) => ({ result, times: group.length, alike: alike.length }));
  });
}

/** "in 3 of 50 rounds", where there were several. */
export function roundsText({
  times,
  alike,
}: Pick<Occurrences, "times" | "alike">): string | undefined {
  return times === 1 ? undefined : `in ${alike} of ${times} rounds`;
}

/** From what needs attention to what needs none. */
export function worstFirst(all: readonly Occurrences[]): readonly Occurrences[] {
  return all.toSorted((one, other) => rank(one.result) - rank(other.result));
}

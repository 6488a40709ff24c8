/** The middle of a list and its outer tenths. */
export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

export type Verdict = "met" | "missed" | "inconclusive" | "measured";

/** Two equal servers that differ by more than this say that the machine was too restless to judge. */
export const EQUAL_WITHIN = { least: 0.9, most: 1.1 } as const;

/** @throws Error for an empty list */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9) };
}

/** Between two neighbours the value is interpolated. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new Error("nothing was measured");
  return below + (above - below) * (at - Math.floor(at));
}

/** @param equal ratio of the two equal servers; a job without a gate is measured, no more */
export function verdictOf(ratio: Spread, equal: Spread, gate: number | undefined): Verdict {
  if (equal.median < EQUAL_WITHIN.least || equal.median > EQUAL_WITHIN.most) return "inconclusive";
  if (gate === undefined) return "measured";
  return ratio.median >= gate ? "met" : "missed";
}

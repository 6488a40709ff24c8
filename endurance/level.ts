/** How a series of memory readings goes: what it was early and late, once it had warmed up. */
export interface Level {
  readonly samples: number;
  readonly firstQuarterBytes: number;
  readonly lastQuarterBytes: number;
  readonly peakBytes: number;
  /** Last quarter ÷ first quarter; 1 is level. */
  readonly ratio: number;
}

/** The share of a run in which caches fill and code is compiled; not judged. */
const WARM_UP = 0.2;

/** Compares the mean of the last quarter with that of the first, after the warm-up. */
export function levelOf(readings: readonly number[]): Level {
  const warm = readings.slice(Math.floor(readings.length * WARM_UP));
  const quarter = Math.max(1, Math.floor(warm.length / 4));
  const firstQuarterBytes = mean(warm.slice(0, quarter));
  const lastQuarterBytes = mean(warm.slice(-quarter));
  return {
    samples: readings.length,
    firstQuarterBytes,
    lastQuarterBytes,
    peakBytes: Math.max(0, ...readings),
    ratio: Math.round((lastQuarterBytes / Math.max(1, firstQuarterBytes)) * 1_000) / 1_000,
  };
}

function mean(list: readonly number[]): number {
  return Math.round(list.reduce((sum, each) => sum + each, 0) / Math.max(1, list.length));
}

export function levelText({
  firstQuarterBytes,
  lastQuarterBytes,
  peakBytes,
  ratio,
}: Level): string {
  const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
  return `${mib(firstQuarterBytes)} MiB in the first quarter, ${mib(lastQuarterBytes)} in the last (× ${ratio}), peak ${mib(peakBytes)}`;
}

// Whether waits are spread as the server announced: two samples, compared by their largest distance.

/** Largest distance between the two empirical distributions (Kolmogorov and Smirnov), 0 to 1. */
export function distance(one: readonly number[], other: readonly number[]): number {
  const a = [...one].sort((x, y) => x - y);
  const b = [...other].sort((x, y) => x - y);
  let largest = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while ((a[i] ?? Infinity) <= at) i += 1;
    while ((b[j] ?? Infinity) <= at) j += 1;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/** c(α) of the two-sample test for α = 0.001: a right spread is called wrong once in 1 000 runs. */
const CRITICAL = 1.949;

/** The distance that samples of these sizes from the same distribution do not reach. */
export function bound(one: number, other: number): number {
  return CRITICAL * Math.sqrt((one + other) / (one * other));
}

export interface Announcement {
  readonly baseDelayMs: number;
  readonly jitter: number;
  readonly spreadMs: number;
  readonly firstSpreadMs: number;
}

/** One wait as RECON-1 and RECON-3 give it to a client that was stable. */
export function exampleWait(told: Announcement, random: () => number): number {
  const backoff = told.baseDelayMs * (1 - told.jitter * random());
  return backoff + told.spreadMs * random() + told.firstSpreadMs * random();
}

/** Counts in `bars` equal parts from 0 to the longest. */
export function histogram(
  values: readonly number[],
  bars: number,
): readonly { readonly fromMs: number; readonly count: number }[] {
  const width = Math.max(1, Math.ceil((Math.max(0, ...values) + 1) / bars));
  return Array.from({ length: bars }, (_, index) => ({
    fromMs: index * width,
    count: values.filter((each) => Math.floor(each / width) === index).length,
  }));
}

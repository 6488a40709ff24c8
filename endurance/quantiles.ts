/** What a list of durations comes to, in milliseconds with two decimals. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const at = (share: number): number => {
    const index = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
    return Math.round((sorted[index] ?? 0) * 100) / 100;
  };
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function spreadText({ count, p50, p99, max }: Spread): string {
  return `p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms of ${count}`;
}

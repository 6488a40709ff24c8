/** A world that may be kept, with what it shows. */
export interface Candidate {
  readonly seed: number;
  readonly bytes: number;
  readonly traces: number;
  readonly rows: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

export interface Wanted {
  /** Traces at least. */
  readonly traces: number;
  /** How many worlds show each row, where there are so many. */
  readonly perRow: number;
}

/**
 * Chooses worlds: first so that every row comes often enough, then for kinds of steps that no chosen
 * world has, always the most for their bytes. The same candidates give the same choice.
 */
export function selectWorlds(candidates: readonly Candidate[], wanted: Wanted): readonly number[] {
  const left = new Set(candidates);
  const chosen: Candidate[] = [];
  const rows = new Map<string, number>();
  const kinds = new Set<string>();
  const take = (best: Candidate): void => {
    left.delete(best);
    chosen.push(best);
    for (const row of best.rows) rows.set(row, (rows.get(row) ?? 0) + 1);
    for (const kind of best.kinds) kinds.add(kind);
  };
  const missingRows = ({ rows: some }: Candidate): number =>
    count(some, (row) => (rows.get(row) ?? 0) < wanted.perRow);
  const newKinds = ({ kinds: some }: Candidate): number => count(some, (kind) => !kinds.has(kind));
  for (let best = bestOf(left, missingRows); best !== undefined; best = bestOf(left, missingRows)) {
    take(best);
  }
  const isEnough = (): boolean => sum(chosen, ({ traces }) => traces) >= wanted.traces;
  while (!isEnough()) {
    const best = bestOf(left, newKinds) ?? bestOf(left, () => 1);
    if (best === undefined) break;
    take(best);
  }
  return chosen.map(({ seed }) => seed).sort((one, other) => one - other);
}

/** The most worth for its bytes, the first of several; undefined where none is worth anything. */
function bestOf(
  candidates: Iterable<Candidate>,
  worth: (candidate: Candidate) => number,
): Candidate | undefined {
  let best: Candidate | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const value = worth(candidate) / candidate.bytes;
    if (value > most) {
      best = candidate;
      most = value;
    }
  }
  return best;
}

function count<T>(items: Iterable<T>, holds: (item: T) => boolean): number {
  let found = 0;
  for (const item of items) if (holds(item)) found += 1;
  return found;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

// Every event carries a whole number of its own, so that a long list of them folds into one number.

/** The payload of every event of a soak. */
export interface Keyed {
  /** Unique in the run, below 2^31. */
  readonly key: number;
}

/** Keys of the publisher begin here; those of a client at `clientKeys(index)`. */
export const FIRST_PUBLISHED_KEY = 1;
const FIRST_CLIENT_KEY = 1_000_000_000;
const KEYS_PER_CLIENT = 10_000;

export function clientKeys(index: number): number {
  return FIRST_CLIENT_KEY + index * KEYS_PER_CLIENT;
}

export const NOTHING_FOLDED = 0x811c9dc5;

/** Folds one more key into what was folded before; the order matters (FNV-1a, 32 bits). */
export function folded(before: number, key: number): number {
  return Math.imul(before ^ key, 0x01000193) >>> 0;
}

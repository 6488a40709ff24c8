/**
 * Remembers with which code the last session of a device ended, so that its return can be counted by it.
 * Bounded: where too many devices are away, the longest away are forgotten and their return is not counted.
 */
export class Returns {
  /** In the order of their ends. */
  readonly #codes = new Map<string, number>();

  /** @param most devices remembered */
  constructor(private readonly most: number) {}

  ended(userId: string, deviceId: string | undefined, code: number): void {
    if (deviceId === undefined) return;
    const key = keyOf(userId, deviceId);
    this.#codes.delete(key);
    this.#codes.set(key, code);
    if (this.#codes.size <= this.most) return;
    const [longestAway] = this.#codes.keys();
    if (longestAway !== undefined) this.#codes.delete(longestAway);
  }

  /** A session of the device begins: the code of the last end, once; undefined where none is known. */
  came(userId: string, deviceId: string | undefined): number | undefined {
    if (deviceId === undefined) return undefined;
    const key = keyOf(userId, deviceId);
    const code = this.#codes.get(key);
    this.#codes.delete(key);
    return code;
  }
}

/** Ids contain no space. */
function keyOf(userId: string, deviceId: string): string {
  return `${userId} ${deviceId}`;
}

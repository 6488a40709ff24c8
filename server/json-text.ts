/**
 * A value as JSON text; undefined where it is nested too deeply to be written. JSON.parse reads any depth,
 * and JSON.stringify gives up after some thousand levels: a peer may send what cannot be sent on.
 */
export function jsonText(value: unknown): string | undefined {
  return unlessTooDeep(() => JSON.stringify(value));
}

/** What `act` returns; undefined where it recurses over a value that is nested too deeply. */
export function unlessTooDeep<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

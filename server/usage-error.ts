/** The caller's mistake: the message says what was wrong and what to do instead, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * A mistake of the person at the terminal: told in one line, exit code 2, no stack trace.
 * The message says what is wrong, where, and what to do instead.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit code for wrong use of the command: an unknown flag, a missing file, a port in use. */
export const EXIT_USAGE = 2;

/** Exit code for a fault of this program itself. */
export const EXIT_FAULT = 4;

/** Whether an error is of the kind that a person can mend, whichever module raised it. */
export function isUserMistake(error: unknown): error is Error {
  return error instanceof Error && USER_MISTAKES.has(error.name);
}

const USER_MISTAKES: ReadonlySet<string> = new Set(["UsageError", "ConfigError", "ContractError"]);

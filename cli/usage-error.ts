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

/**
 * The lines to show for an error that a person can mend, whichever part raised it; undefined for any
 * other. A wrong contract has a line for each problem, everything else has one.
 */
export function mistakeLines(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "ContractError") return error.message.split("\n");
  return error.name === "UsageError" ? [oneLine(error.message)] : undefined;
}

/** Text for one line of a terminal. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}

import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

import { ContractError, UsageError } from "./problem.js";

/** Exit codes of the commands of this folder. */
export const EXIT = { fine: 0, wrong: 1, usage: 2 } as const;

/** Values of the flags of a command. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the flags of a command.
 *
 * @throws UsageError for an unknown flag, a flag without its value, or a word that is no flag.
 */
export function readFlags(
  args: readonly string[],
  options: Required<ParseArgsConfig>["options"],
): Flags {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${text.split(/[.\n]/u)[0] ?? text}; --help lists the flags`);
  }
}

/** Runs a command to its exit code; its users' mistakes are lines on standard error, without a stack. */
export async function runCommand(name: string, command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof ContractError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT.usage;
    } else if (error instanceof UsageError) {
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exitCode = EXIT.usage;
    } else throw error;
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../codegen/package-root.js";
import { conformanceCommand } from "./conformance.js";
import { diffCommand } from "./diff.js";
import { generateCommand } from "./generate.js";
import { initCommand } from "./init.js";
import { serveCommand } from "./serve.js";
import { processTerminal, type Terminal } from "./terminal.js";
import { watchCommand } from "./watch.js";
import { EXIT_FAULT, EXIT_USAGE, mistakeLines, oneLine } from "./usage-error.js";

/**
 * Runs `latido` with the given arguments (without node and script).
 * @returns the exit code: 0 done, 2 wrong use, 4 a fault of the program; `conformance` adds its own.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const program = latido(terminal);
  try {
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, terminal);
  }
}

function latido(terminal: Terminal): Command {
  const program = new Command("latido")
    .description(
      "Latido: a contract-first WebSocket protocol for user sessions that survive bad networks.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpCommand(false)
    .showHelpAfterError(false)
    .addCommand(serveCommand(terminal))
    .addCommand(watchCommand(terminal))
    .addCommand(generateCommand(terminal))
    .addCommand(diffCommand(terminal))
    .addCommand(initCommand(terminal))
    .addCommand(conformanceCommand());
  for (const command of descendants(program)) {
    command.exitOverride().configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => {
        write(`latido: ${parserFault(text)}; see \`${fullName(command)} --help\`\n`);
      },
    });
  }
  return program;
}

function* descendants(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* descendants(child);
}

/** What the parser of the command line says, as part of a sentence. */
function parserFault(text: string): string {
  return oneLine(text)
    .replace(/^error: /, "")
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*?)'\. /, "$2 is '$1'; ")
    .replace(/^option '(.*)' argument '(.*)' is invalid\. Allowed/, "option '$1' is '$2'; allowed")
    .replace(/^option '(.*)' argument '(.*)' is invalid\. /, "option '$1' is '$2'; ")
    .replace(/\. Expected/, ": expected")
    .replace(/\.$/, "");
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const lines = mistakeLines(error);
  if (lines !== undefined) {
    for (const line of lines) terminal.err(`latido: ${line}\n`);
    return EXIT_USAGE;
  }
  terminal.err(`latido: a fault of this program, please report it:\n${stackOf(error)}\n`);
  return EXIT_FAULT;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

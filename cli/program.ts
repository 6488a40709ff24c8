import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { conformanceCommand } from "./conformance.js";
import { generateCommand } from "./generate.js";
import { serveCommand } from "./serve.js";
import { EXIT_FAULT, EXIT_USAGE, isUserMistake } from "./usage-error.js";

/** Where the command writes; the tests hand in their own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

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
    .addCommand(generateCommand(terminal))
    .addCommand(conformanceCommand());
  for (const command of descendants(program)) {
    command.exitOverride().configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => {
        write(`latido: ${oneLine(text)}; see \`${fullName(command)} --help\`\n`);
      },
    });
  }
  return program;
}

function* descendants(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* descendants(child);
}

function fullName(command: Command): string {
  return command.parent === null
    ? command.name()
    : `${fullName(command.parent)} ${command.name()}`;
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (isUserMistake(error)) {
    terminal.err(`latido: ${oneLine(error.message)}\n`);
    return EXIT_USAGE;
  }
  terminal.err(`latido: a fault of this program, please report it:\n${stackOf(error)}\n`);
  return EXIT_FAULT;
}

function oneLine(text: string): string {
  return text
    .replace(/^error: /, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function packageVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  const text = readFileSync(file, "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

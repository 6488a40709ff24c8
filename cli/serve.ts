import { Command, Option } from "commander";
import { destination, pino } from "pino";
import { createServer, type Server } from "../server/index.js";
import { SERVER_NUMBERS } from "../server/server-numbers.js";
import { serveHints } from "./serve-hints.js";
import { isSecret } from "./setting.js";
import { loadSettings, withSources, type LoadedSettings } from "./settings.js";
import { settingAt, settingsOfEnvironment, type GivenText } from "./settings-environment.js";
import { printedSettings } from "./settings-print.js";
import { settingsSchema } from "./settings-schema.js";
import { stopSignals } from "./stop-signals.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly transport?: string;
  readonly contract?: string;
  readonly logLevel?: string;
  readonly set: readonly string[];
  readonly config?: string;
  readonly json: boolean;
  readonly printConfig: boolean;
  readonly printConfigSchema: boolean;
}

const HELP = `
Every setting has a name in a file, in the environment and for --set. For example
  limits.messagesPerMinute   LATIDO_LIMITS_MESSAGES_PER_MINUTE   --set limits.messagesPerMinute=30
  auth.secret                LATIDO_AUTH_SECRET                  (a secret: not by a flag)
  origins                    LATIDO_ORIGINS=https://a.example,https://b.example
A list is separated by commas; a mapping, and a list of mappings, is JSON. Flags win over the environment, the
environment over the file, the file over the defaults. A LATIDO_ variable that is no setting is an error.
docs/operations/settings.md lists them all; --print-config shows what would run, and where it came from.

Signals: SIGTERM or SIGINT drains, which tells clients to come back within a spread, and ends within closeWaitMs.
A second one ends at once.
Exit codes: 0 drained, 2 wrong settings or a port that cannot be had, 4 a fault of this program, 130 and 143 a
second SIGINT or SIGTERM.`;

/** `latido serve`: the reference server on this machine, by default with the demo's scope and modules. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run the reference server (memory store; without --config the demo)")
    .option(
      "-p, --port <number>",
      `port to listen on, 0 for a free one (default: ${SERVER_NUMBERS.port.default})`,
    )
    .option("--host <address>", "address to bind (default: 127.0.0.1, this machine only)")
    .addOption(
      new Option("--transport <name>", "auto takes uws where its binary loads, else ws").choices([
        "auto",
        "uws",
        "ws",
      ]),
    )
    .addOption(
      new Option("--config <file>", "settings as YAML or JSON; flags win over the file").env(
        "LATIDO_CONFIG",
      ),
    )
    .option(
      "--contract <file>",
      "AsyncAPI document of your own events; `latido init contract` writes one",
    )
    .option(
      "--set <name=value>",
      "any other setting by its name in a file; may be repeated",
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option(
      "--print-config",
      "print the effective settings and where each came from as JSON, secrets masked, and end",
      false,
    )
    .option("--print-config-schema", "print the JSON Schema of the settings, and end", false)
    .addOption(
      new Option(
        "--log-level <level>",
        "what is logged on standard error, as JSON lines (default: warn)",
      ).choices(["silent", "error", "warn", "info", "debug"]),
    )
    .option("--json", "print one JSON line when ready instead of hints", false)
    .addHelpText("after", HELP)
    .action(async (flags: ServeFlags) => {
      await serve(flags, terminal);
    });
}

async function serve(flags: ServeFlags, terminal: Terminal): Promise<void> {
  if (flags.printConfigSchema) {
    terminal.out(`${JSON.stringify(settingsSchema(), undefined, 2)}\n`);
    return;
  }
  const loaded = loadSettings({
    file: flags.config,
    environment: settingsOfEnvironment(process.env),
    flags: given(flags),
  });
  if (flags.printConfig) {
    terminal.out(await withSources(loaded, () => printedSettings(loaded)));
    return;
  }
  const stop = stopSignals();
  try {
    const server = await withSources(loaded, () => started(loaded));
    if (server.hint !== undefined) terminal.err(`latido: ${server.hint}\n`);
    terminal.out(flags.json ? readyLine(server) : serveHints(server, loaded));
    await stop.asked;
    await server.close();
  } finally {
    stop.forget();
  }
}

function started({ options, logLevel }: LoadedSettings): Promise<Server> {
  return createServer({ ...options, logger: pino({ level: logLevel }, destination(2)) });
}

/** What the flags say, those of their own name behind `--set`. */
function given(flags: ServeFlags): readonly GivenText[] {
  const set = flags.set.map((text) => {
    const [path = "", value] = text.split(/=(.*)/s);
    if (value === undefined) throw new UsageError(`--set ${path}: give it as name=value`);
    if (isSecret(path)) {
      throw new UsageError(`--set ${path}: a secret would show in the list of processes`);
    }
    const source = `--set ${path}`;
    return { setting: settingAt(path, "--set"), text: value, source };
  });
  const own = (
    [
      ["port", "--port", flags.port],
      ["host", "--host", flags.host],
      ["transport", "--transport", flags.transport],
      ["contract", "--contract", flags.contract],
      ["logLevel", "--log-level", flags.logLevel],
    ] as const
  ).flatMap(([path, source, text]) =>
    text === undefined ? [] : [{ setting: settingAt(path, source), text, source }],
  );
  return [...set, ...own];
}

function readyLine({ url, httpUrl, transport }: Server): string {
  const ready = { ready: true, url, publish: `${httpUrl}/v1/events`, transport };
  return `${JSON.stringify(ready)}\n`;
}

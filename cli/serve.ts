import { Command, InvalidArgumentError, Option } from "commander";
import { destination, pino } from "pino";
import { createServer, type Server, type ServerOptions } from "../server/index.js";
import { DEMO } from "./demo.js";
import { settingsSchema } from "./settings-schema.js";
import { effectiveSettings, readSettings } from "./settings.js";
import type { Terminal } from "./terminal.js";

interface ServeFlags {
  readonly port?: number;
  readonly host?: string;
  readonly transport?: "auto" | "uws" | "ws";
  readonly config?: string;
  readonly logLevel: string;
  readonly json: boolean;
  readonly printConfig: boolean;
  readonly printConfigSchema: boolean;
}

/** `latido serve`: the reference server on this machine, by default with the demo's scope and modules. */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run the reference server (memory store; without --config the demo)")
    .option(
      "-p, --port <number>",
      "port to listen on, 0 for a free one (default: 3000)",
      portNumber,
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
      "--print-config",
      "print the effective settings as JSON, secrets masked, and end",
      false,
    )
    .option("--print-config-schema", "print the JSON Schema of a settings file, and end", false)
    .addOption(
      new Option("--log-level <level>", "what is logged on standard error, as JSON lines")
        .choices(["silent", "error", "warn", "info", "debug"])
        .default("warn"),
    )
    .option("--json", "print one JSON line when ready instead of hints", false)
    .addHelpText(
      "after",
      "\nThe API key for /v1/ is read from LATIDO_API_KEY; without one only this machine may publish.",
    )
    .action(async (flags: ServeFlags) => {
      await serve(flags, terminal);
    });
}

async function serve(flags: ServeFlags, terminal: Terminal): Promise<void> {
  if (flags.printConfigSchema) {
    terminal.out(`${JSON.stringify(settingsSchema(), undefined, 2)}\n`);
    return;
  }
  if (flags.printConfig) {
    terminal.out(effectiveSettings(options(flags)));
    return;
  }
  const server = await createServer(options(flags));
  if (server.hint !== undefined) terminal.err(`latido: ${server.hint}\n`);
  terminal.out(flags.json ? readyLine(server) : hints(server));
  await stopOnSignal(server);
}

function options(flags: ServeFlags): ServerOptions {
  const settings = flags.config === undefined ? DEMO : readSettings(flags.config);
  const apiKey = process.env.LATIDO_API_KEY;
  return {
    ...settings,
    logger: pino({ level: flags.logLevel }, destination(2)),
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(flags.transport === undefined ? {} : { transport: flags.transport }),
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("a port is a whole number from 0 to 65535.");
  }
  return port;
}

function readyLine({ url, httpUrl, transport }: Server): string {
  const ready = { ready: true, url, publish: `${httpUrl}/v1/events`, transport };
  return `${JSON.stringify(ready)}\n`;
}

function hints({ url, httpUrl, transport }: Server): string {
  return `Latido serves ${url} (transport ${transport}, store memory).
  health   ${httpUrl}/health
  metrics  ${httpUrl}/metrics

Try next, in another terminal:
  npx latido watch ${url} --user ana
  npx latido conformance server ${url} --publish ${httpUrl}/v1/events
  curl -X POST ${httpUrl}/v1/events -H 'content-type: application/json' \\
    -d '{"scopes":[{"place":"demo"}],"event":"order_created","payload":{"orderId":"o-17"}}'

Stop with Ctrl+C: connected clients are told to come back.
`;
}

/** Drains at the first SIGINT or SIGTERM; a second one ends the process at once. */
async function stopOnSignal(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
      resolve();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
  await server.close();
}

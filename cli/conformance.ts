import { Command, InvalidArgumentError, Option } from "commander";

import {
  judgeClient,
  judgeOnTheWire,
  judgeServer,
  type ClientFlags,
  type ServerFlags,
  type WireFlags,
} from "../conformance/index.js";
import { doctorCommand, initCommand } from "./conformance-adapter.js";
import { compareCommand } from "./conformance-compare.js";
import { replayCommand } from "./conformance-replay.js";
import { UsageError } from "./usage-error.js";

const LISTEN_HELP = `
With --listen no adapter is needed: point any client at the printed address, and a checklist fills here and
on the page at the same address. After -- may stand a command that starts the client afresh for each case,
with {url} where its address belongs.`;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/u.test(text) || value > 4_294_967_295) {
    throw new InvalidArgumentError("it must be a whole number from 0 to 4294967295.");
  }
  return value;
}

function atLeastOne(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("it must be at least 1.");
  return value;
}

/** Each job is a process; more than this is a slip of the finger. */
const MAX_JOBS = 64;

function jobCount(text: string): number {
  const value = wholeNumber(text);
  if (value >= 1 && value <= MAX_JOBS) return value;
  throw new InvalidArgumentError(`it must be a whole number from 1 to ${MAX_JOBS}.`);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",")];
}

function suiteOptions(command: Command): Command {
  return command
    .option(
      "--case <pattern>",
      "only cases whose id fits, * for anything; may be repeated",
      collect,
    )
    .option("--req <pattern>", "only cases of these requirements, for example SYNC-*", collect)
    .option("--seed <number>", "repeats the random choices of an earlier run", wholeNumber)
    .option(
      "--repeat <times>",
      "run every case so often, each round with the next seed",
      atLeastOne,
    )
    .option("--shuffle", "draw the order of the cases from the seed")
    .option("--jobs <number>", "processes under test at a time, which share the cases", jobCount)
    .option("--out <folder>", "write the reports there: report.html, results.json, …")
    .option("--json", "print results.json instead of text")
    .option("--known-failing <file>", "YAML or JSON list of {case, reason, issue?}")
    .option("--hang-ms <ms>", "how long to wait for what must come (default 5000)", wholeNumber)
    .option("--fail-fast", "stop at the first case that does not pass")
    .addHelpText(
      "after",
      "\nExit codes: 0 conformant, 1 violation, 2 wrong use, 3 incomplete, 4 a fault of the suite, 130 and 143 interrupted.",
    );
}

/** `latido conformance`, to be mounted on the program. */
export function conformanceCommand(heard: Pick<ClientFlags, "onRun"> = {}): Command {
  const client = suiteOptions(new Command("client"))
    .description("judge a client through its adapter (conformance/driver/protocol.md)")
    .argument("[command...]", "the adapter's command, after --")
    .option("--driver <channel>", "stdio or fd:3", "stdio")
    .option("--attach <address>", "use a testee that listens at tcp://host:port")
    .option("--listen <port>", "no adapter: judge whatever client dials this port", wholeNumber)
    .option("--host <address>", "where --listen listens (default 127.0.0.1; 0.0.0.0 for a phone)")
    .option("--idle-ms <ms>", "how long --listen waits for a client (default 60000)", wholeNumber)
    .addHelpText("after", LISTEN_HELP)
    .action(async (command: string[], flags: ClientFlags & Partial<WireFlags>) => {
      const { listen, host, idleMs } = flags;
      if (listen !== undefined && flags.attach !== undefined) {
        throw new UsageError("--listen PORT takes no adapter, so leave --attach out, or --listen");
      }
      if (listen === undefined && (host !== undefined || idleMs !== undefined)) {
        throw new UsageError("--host and --idle-ms belong to --listen PORT");
      }
      process.exitCode =
        listen === undefined
          ? await judgeClient(command, { ...flags, ...heard })
          : await judgeOnTheWire(command, { ...flags, ...heard, listen });
    });
  const server = suiteOptions(new Command("server"))
    .description("judge a server by its address, or by a command that prints a ready line")
    .usage("[options] (<ws-address> | -- <command...>)")
    .addHelpText(
      "after",
      "\nWhere {settings} stands in the command, the server is started once for each profile, with the path of a\nJSON file of its settings in that place.",
    )
    .argument("[target...]", "ws://host:port, or the server's command after --")
    .option("--publish <address>", "address of POST /v1/events")
    .addOption(new Option("--api-key <key>", "key of the publish address").env("LATIDO_API_KEY"))
    .addOption(
      new Option("--token-secret <secret>", "sign tokens with it (HS256)").env(
        "LATIDO_TOKEN_SECRET",
      ),
    )
    .addOption(
      new Option(
        "--token-command <command>",
        "prints a token for the claims that it reads as JSON",
      ).env("LATIDO_TOKEN_COMMAND"),
    )
    .option("--profile <name>", "settings that the server runs with (default: open)")
    .addOption(
      new Option(
        "--auth <mode>",
        "jwt: a token for every connection, also where the profile has none",
      ).choices(["jwt"]),
    )
    .option("--settings <file>", "YAML or JSON over the settings of each profile")
    .option("--print-profile <name>", "print those settings as JSON, for --config, and end")
    .option("--event <name>", "an event name that the server maps to a module", "chat_message")
    .action(async (words: string[], given: ServerFlags) => {
      const flags = { ...given, ...heard };
      const [first, ...rest] = words;
      const isAddress = first !== undefined && /^[a-z]+:\/\//u.test(first);
      process.exitCode = isAddress
        ? await judgeServer(first, rest, flags)
        : await judgeServer(undefined, words, flags);
    });
  return new Command("conformance")
    .description("judge whether a client or a server keeps the contract")
    .helpCommand(false)
    .addCommand(client)
    .addCommand(server)
    .addCommand(doctorCommand())
    .addCommand(initCommand())
    .addCommand(replayCommand((onRun) => conformanceCommand({ onRun }), collect))
    .addCommand(compareCommand());
}

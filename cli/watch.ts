import { Command, InvalidArgumentError } from "commander";
import { ClosedError, createClient, type Client } from "../generated/typescript/client/index.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";
import { watchHint } from "./watch-hint.js";

/** Of a connection that was refused, or that broke: a server that ends one says why. */
const NO_CLOSE_FRAME = 1006;

interface WatchFlags {
  readonly user: string;
  readonly json: boolean;
}

/** `latido watch`: a client that prints what its session receives, for a look at a live server. */
export function watchCommand(terminal: Terminal): Command {
  return new Command("watch")
    .description("connect as a user and print events, presence and the state of the connection")
    .argument("<address>", "ws://host:port of the server", webSocketAddress)
    .option("-u, --user <id>", "user to connect as", "watcher")
    .option("--json", "one JSON object a line", false)
    .addHelpText(
      "after",
      `
A token, where the server wants one, is read from LATIDO_TOKEN. For wss with a certificate of your own, name the
file of those that vouch for it in NODE_EXTRA_CA_CERTS.

A server that does not answer is tried again, and one line on standard error says why; Ctrl+C ends it.
Exit codes: 0 it was stopped, 2 wrong use, or the server ended it for good.`,
    )
    .action(async (address: string, flags: WatchFlags) => {
      await watch(address, flags, terminal);
    });
}

async function watch(address: string, flags: WatchFlags, terminal: Terminal): Promise<void> {
  const client = clientFor(address, flags.user);
  const print = (what: string, content: unknown): void => {
    const text = JSON.stringify(content);
    terminal.out(flags.json ? `{"${what}":${text}}\n` : `${what.padEnd(9)} ${text}\n`);
  };
  const left = new AbortController();
  const hintOnce = once(async () => {
    const text = await watchHint(address);
    if (text !== undefined && !left.signal.aborted) terminal.err(`latido: ${text}\n`);
  });
  client.on("*", (event) => {
    print("event", event);
  });
  client.onState((change) => {
    print("state", change);
    if (change.state === "backoff" && change.code === NO_CLOSE_FRAME) hintOnce();
  });
  client.onNotice((notice) => {
    print("notice", notice);
  });
  client.onPresence((change) => {
    print("presence", change);
  });
  const stop = (): void => {
    left.abort();
    void client.disconnect("the watcher left");
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    await client.connect();
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    if (client.state === "closed" && !left.signal.aborted)
      throw new UsageError(`${address} ended it: ${error.message}`);
  }
}

/** What does something the first time alone. */
function once(act: () => Promise<void>): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    void act();
  };
}

function clientFor(address: string, userId: string): Client {
  const token = process.env.LATIDO_TOKEN;
  return createClient({
    url: address,
    userId,
    ...(token === undefined || token === "" ? {} : { token }),
  });
}

function webSocketAddress(text: string): string {
  if (!/^wss?:\/\//.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError("an address begins with ws:// or wss://.");
  }
  return text;
}

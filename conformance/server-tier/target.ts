// The server under test: an address that the user gave, or a command that prints a ready line.

import { startChild, type Child } from "../children.js";
import { programFault } from "../platform-fault.js";
import { readyLine } from "./ready-line.js";
import type { Mint } from "./tokens.js";
import { ServerUnreachable } from "./unreachable.js";

export interface ServerTarget {
  readonly url: string;
  /** Address of POST /v1/events, where the server offers it to the suite. */
  readonly publish?: string;
  readonly apiKey?: string;
  /** Makes tokens, where the server wants them. */
  readonly mint?: Mint;
  /** Name of an application event that the server maps to a module. */
  readonly event: string;
}

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export function exitText({ code, signal }: Exit): string {
  return signal === null ? `with code ${String(code)}` : `by ${signal}`;
}

export interface StartedServer {
  readonly target: ServerTarget;
  /** What the command wrote to its standard error, at most 64 KiB. */
  readonly stderr: () => string;
  /** Resolves when its process is gone. */
  readonly exited: Promise<Exit>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Ends it by a signal, and kills it where that does not help. Resolves when it is gone. */
  stop(by?: NodeJS.Signals): Promise<void>;
}

const READY_LIMIT_MS = 30_000;
const END_GRACE_MS = 5_000;
const STDERR_CHARACTERS = 64 * 1024;

/** Starts a server whose first JSON line is {"ready":true,"url":…,"publish":…}. */
export async function startServer(
  command: readonly string[],
  over: Pick<ServerTarget, "apiKey" | "mint" | "event">,
  readyMs = READY_LIMIT_MS,
): Promise<StartedServer> {
  const [program = ""] = command;
  let child: Child;
  try {
    child = await startChild(command, ["ignore", "pipe", "pipe"]);
  } catch (cause) {
    throw new ServerUnreachable(
      `cannot start ${program}: ${programFault(cause)}; an address begins with ws:// or wss://`,
      { cause },
    );
  }
  let stderr = "";
  child.process.stderr?.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString("utf8")).slice(-STDERR_CHARACTERS);
  });
  const exited = new Promise<Exit>((resolve) => {
    child.process.once("exit", (code, signal) => {
      resolve({ code, signal });
    });
  });
  const stop = async (by: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    await child.end(END_GRACE_MS, by);
  };
  try {
    const ready = await readyLine(child, program, readyMs);
    const target = { ...over, ...ready };
    return { target, stderr: () => stderr, exited, signal: child.signal, stop };
  } catch (error) {
    await stop();
    if (error instanceof ServerUnreachable && stderr.trim() !== "") {
      const last = stderr.trim().split("\n").at(-1) ?? "";
      throw new ServerUnreachable(`${error.message}; its last words: ${last}`, { cause: error });
    }
    throw error;
  }
}

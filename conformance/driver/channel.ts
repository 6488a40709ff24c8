// Where driver lines travel: a child's standard streams, its descriptor 3, or a TCP connection to a
// testee that somebody else started (under a debugger, on a phone).

import { spawn, type ChildProcess } from "node:child_process";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

import { UsageError } from "../usage-error.js";

export type TesteeAddress =
  | {
      readonly kind: "command";
      readonly command: readonly string[];
      readonly driver: "stdio" | "fd3";
    }
  | { readonly kind: "attach"; readonly host: string; readonly port: number };

export interface ChannelEvents {
  onData(chunk: Buffer): void;
  onStderr(chunk: Buffer): void;
  /** The other side is gone; `how` is a phrase for people. Called once. */
  onEnd(how: string): void;
}

export interface Channel {
  write(line: string): void;
  /** Ends the testee: terminate, then kill. Resolves when it is gone. */
  end(): Promise<void>;
}

/** The testee could not be started or reached at all: the user's command is wrong. */
export class TesteeUnreachable extends UsageError {}

const TERM_GRACE_MS = 500;

const alive = new Set<ChildProcess>();

/** A child leads its own process group, so that whatever it started ends with it. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    child.kill(name);
  }
}

process.on("exit", () => {
  for (const child of alive) signal(child, "SIGKILL");
});

async function spawnChannel(
  command: readonly string[],
  driver: "stdio" | "fd3",
  events: ChannelEvents,
): Promise<Channel> {
  const [program, ...args] = command;
  if (program === undefined) throw new TesteeUnreachable("no testee command was given");
  const child = spawn(program, args, {
    detached: true,
    stdio: driver === "fd3" ? ["ignore", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      reject(new TesteeUnreachable(`cannot start ${program}: ${cause.message}`, { cause }));
    });
  });
  alive.add(child);
  const fd3 = driver === "fd3" ? (child.stdio[3] as Duplex) : undefined;
  const input = fd3 ?? child.stdin;
  const output = fd3 ?? child.stdout;
  if (!input || !output) throw new TesteeUnreachable(`${program} has no channel for driver lines`);
  output.on("data", (chunk: Buffer) => {
    events.onData(chunk);
  });
  if (fd3)
    child.stdout?.on("data", (chunk: Buffer) => {
      events.onStderr(chunk);
    });
  child.stderr?.on("data", (chunk: Buffer) => {
    events.onStderr(chunk);
  });
  input.on("error", () => undefined); // the exit says more than EPIPE does
  const gone = new Promise<void>((resolve) => {
    child.once("close", (code, name) => {
      alive.delete(child);
      signal(child, "SIGKILL"); // whatever it left behind
      resolve();
      events.onEnd(name === null ? `exited with code ${String(code)}` : `was ended by ${name}`);
    });
  });
  return {
    write: (line) => {
      input.write(line);
    },
    end: async () => {
      signal(child, "SIGTERM");
      const timer = setTimeout(() => {
        signal(child, "SIGKILL");
      }, TERM_GRACE_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

async function attachChannel(host: string, port: number, events: ChannelEvents): Promise<Channel> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const dialled = connect({ host, port }, () => {
      resolve(dialled);
    });
    dialled.once("error", (cause) => {
      reject(
        new TesteeUnreachable(`cannot reach tcp://${host}:${port}: ${cause.message}`, { cause }),
      );
    });
  });
  socket.on("data", (chunk: Buffer) => {
    events.onData(chunk);
  });
  socket.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => {
    socket.once("close", () => {
      resolve();
      events.onEnd("closed its connection");
    });
  });
  return {
    write: (line) => {
      socket.write(line);
    },
    end: async () => {
      socket.destroy();
      await gone;
    },
  };
}

export async function openChannel(address: TesteeAddress, events: ChannelEvents): Promise<Channel> {
  return address.kind === "attach"
    ? await attachChannel(address.host, address.port, events)
    : await spawnChannel(address.command, address.driver, events);
}

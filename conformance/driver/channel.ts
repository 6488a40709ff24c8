// Where driver lines travel: a child's standard streams, its descriptor 3, or a TCP connection to a
// testee that somebody else started (under a debugger, on a phone).

import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

import { startChild, type Child } from "../children.js";
import { addressFault, programFault } from "../platform-fault.js";
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
  /** Ends the testee: terminate, then kill. Resolves when it is gone: true where it had to be killed. */
  end(): Promise<boolean>;
}

/** The testee could not be started or reached at all: the user's command is wrong. */
export class TesteeUnreachable extends UsageError {}

/** How long a testee may take to end after SIGTERM. */
export const TERM_GRACE_MS = 2_000;

async function spawnChannel(
  command: readonly string[],
  driver: "stdio" | "fd3",
  events: ChannelEvents,
): Promise<Channel> {
  const [program = ""] = command;
  let child: Child;
  try {
    child = await startChild(
      command,
      driver === "fd3" ? ["ignore", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
    );
  } catch (cause) {
    throw new TesteeUnreachable(`cannot start ${program}: ${programFault(cause)}`, { cause });
  }
  const { stdin, stdout, stderr, stdio } = child.process;
  const fd3 = driver === "fd3" ? (stdio[3] as Duplex) : undefined;
  const input = fd3 ?? stdin;
  const output = fd3 ?? stdout;
  if (!input || !output) throw new TesteeUnreachable(`${program} has no channel for driver lines`);
  output.on("data", (chunk: Buffer) => {
    events.onData(chunk);
  });
  for (const stream of fd3 ? [stdout, stderr] : [stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      events.onStderr(chunk);
    });
  }
  input.on("error", () => undefined); // the exit says more than EPIPE does
  void child.ended.then((how) => {
    events.onEnd(how);
  });
  return {
    write: (line) => {
      input.write(line);
    },
    end: () => child.end(TERM_GRACE_MS),
  };
}

async function attachChannel(host: string, port: number, events: ChannelEvents): Promise<Channel> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const dialled = connect({ host, port }, () => {
      resolve(dialled);
    });
    dialled.once("error", (cause) => {
      reject(
        new TesteeUnreachable(`cannot reach tcp://${host}:${port}: ${addressFault(cause)}`, {
          cause,
        }),
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
      return false;
    },
  };
}

export async function openChannel(address: TesteeAddress, events: ChannelEvents): Promise<Channel> {
  return address.kind === "attach"
    ? await attachChannel(address.host, address.port, events)
    : await spawnChannel(address.command, address.driver, events);
}

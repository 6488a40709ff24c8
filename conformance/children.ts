// Processes that the suite starts: each leads a group of its own, so that whatever it started ends with
// it, and none outlives the suite.

import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";

/** Exit codes of a shell for a process that a signal ended. */
export const INTERRUPT_EXITS = { SIGINT: 130, SIGTERM: 143 } as const;
export type Interrupt = keyof typeof INTERRUPT_EXITS;

const alive = new Set<ChildProcess>();
const interruptListeners = new Set<(signal: Interrupt) => void>();

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    child.kill(name);
  }
}

function endAll(): void {
  for (const child of alive) signal(child, "SIGKILL");
}

let watching = false;
let interrupted = false;

function watchOwnEnd(): void {
  if (watching) return;
  watching = true;
  process.on("exit", endAll);
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (interrupted || interruptListeners.size === 0) process.exit(INTERRUPT_EXITS[name]);
      interrupted = true;
      for (const listener of interruptListeners) listener(name);
    });
  }
}

/**
 * Calls `listener` at the first SIGINT or SIGTERM, so that a run can end in order; the second ends the
 * process at once, its children with it. Returns a function that takes the listener away.
 */
export function onInterrupt(listener: (signal: Interrupt) => void): () => void {
  watchOwnEnd();
  interruptListeners.add(listener);
  return () => interruptListeners.delete(listener);
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with how it ended, in words. */
  readonly ended: Promise<string>;
  /** Sends a signal to it and to whatever it started. */
  readonly signal: (name: NodeJS.Signals) => void;
  /**
   * Terminates (or ends by another signal), and kills after a while. Resolves when it is gone: true
   * where it had to be killed.
   */
  end(graceMs: number, by?: NodeJS.Signals): Promise<boolean>;
}

/** Starts a command. Rejects with the platform's error where it cannot be started. */
export async function startChild(command: readonly string[], stdio: StdioOptions): Promise<Child> {
  const [program = "", ...args] = command;
  watchOwnEnd();
  const child = spawn(program, args, { detached: true, stdio });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, name) => {
      alive.delete(child);
      signal(child, "SIGKILL"); // whatever it left behind
      resolve(name === null ? `exited with code ${String(code)}` : `was ended by ${name}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  alive.add(child);
  return {
    process: child,
    ended,
    signal: (name) => {
      signal(child, name);
    },
    end: async (graceMs, by = "SIGTERM") => {
      let killed = false;
      signal(child, by);
      const timer = setTimeout(() => {
        killed = true;
        signal(child, "SIGKILL");
      }, graceMs);
      await ended;
      clearTimeout(timer);
      return killed;
    },
  };
}

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SERVER_CORE = "0";
const LOAD_CORE = "1";

export interface Cores {
  /** Words before a server's command that keep it to its core. */
  readonly pin: readonly string[];
  /** What could not be had; undefined where server and load have a core each. */
  readonly lacks: string | undefined;
}

/** Gives this process, which makes the load, one core and keeps another for the servers. */
export function separateCores(): Cores {
  if (availableParallelism() < 2) return { pin: [], lacks: "there is one core only" };
  const { status } = spawnSync("taskset", ["-a", "-c", "-p", LOAD_CORE, String(process.pid)]);
  if (status !== 0) return { pin: [], lacks: "taskset is not there or not allowed" };
  return { pin: ["taskset", "-c", SERVER_CORE], lacks: undefined };
}

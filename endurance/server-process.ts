// The server under load: a process of its own, as people run it, looked at from outside only.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../conformance/children.js";
import { readyLine } from "../conformance/server-tier/ready-line.js";
import type { ServerOptions } from "../server/index.js";
import { ask } from "./http.js";

/** Only what hangs for ever takes so long. */
const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 120_000;

/** Resident memory of the server's process. */
export const RESIDENT = "process_resident_memory_bytes";

export type TransportName = "uws" | "ws";

/** A running server process. */
export interface ServerProcess {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly httpUrl: string;
  /** False once it has ended, for whatever reason. */
  readonly isAlive: boolean;
  /** Last lines of its log. */
  log(): string;
  /**
   * Sum of a metric over its labels.
   * @throws Error when there is no such metric
   */
  metric(name: string): Promise<number>;
  /** Tells it to drain, and does not wait. */
  drain(): void;
  /** Drains it and resolves when it is gone; how it ended, in words. */
  stop(): Promise<string>;
}

/** Settings that a load needs: nobody is refused for the rate of a load. */
export const UNLIMITED = {
  messagesPerMinute: 0,
  syncsPerMinute: 0,
  connectionsPerMinute: 0,
} as const;

/**
 * Starts a server on a free port of 127.0.0.1.
 * @param program what to run before the flags of `latido serve`; default the built command
 */
export async function startServer(
  transport: TransportName,
  settings: ServerOptions,
  program: readonly string[] = ["node", "bin/latido.js", "serve"],
  port = 0,
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "latido-endurance-"));
  const file = join(folder, "settings.json");
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const flags = ["--json", "--port", String(port), "--config", file, "--transport", transport];
  const child = await startChild([...program, ...flags], ["ignore", "pipe", "pipe"]);
  let isAlive = true;
  const ended = child.ended.then((how) => {
    isAlive = false;
    rmSync(folder, { recursive: true, force: true });
    return how;
  });
  let log = "";
  child.process.stderr?.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000);
  });
  const { url } = await readyLine(child, program.join(" "), READY_LIMIT_MS);
  const { hostname, port: bound } = new URL(url);
  const httpUrl = `http://${hostname}:${bound}`;
  return {
    host: hostname === "localhost" ? "127.0.0.1" : hostname,
    port: Number(bound),
    url,
    httpUrl,
    get isAlive() {
      return isAlive;
    },
    log: () => log,
    async metric(name) {
      const { body } = await ask(`${httpUrl}/metrics`);
      return metricIn(body, name);
    },
    drain() {
      child.signal("SIGTERM");
    },
    async stop() {
      if (isAlive) await child.end(STOP_LIMIT_MS);
      return await ended;
    },
  };
}

/** The sum of a metric's lines in the Prometheus text format. */
function metricIn(text: string, name: string): number {
  const lines = text.split("\n").filter((line) => {
    const next = line.charAt(name.length);
    return line.startsWith(name) && (next === " " || next === "{");
  });
  if (lines.length === 0) throw new Error(`the server has no metric ${name}`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

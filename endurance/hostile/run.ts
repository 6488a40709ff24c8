// Malformed frames in great number, while a canary goes on and the server's memory is watched.

import { setTimeout as wait } from "node:timers/promises";
import { DEMO } from "../../cli/demo.js";
import { Canary, canaryFaults, type CanaryReport } from "../canary.js";
import type { Verdict } from "../command.js";
import { levelOf, levelText, type Level } from "../level.js";
import { spreadText } from "../quantiles.js";
import {
  RESIDENT,
  startServer,
  UNLIMITED,
  type ServerProcess,
  type TransportName,
} from "../server-process.js";
import type { AttackOptions, AttackReport } from "./attack.js";

export interface HostileOptions {
  readonly transport: TransportName;
  readonly seed: number;
  readonly frames: number;
  readonly peers: number;
  /** Attacks at a time, each with its share of the frames. */
  readonly jobs: number;
  /** The last quarter of the run may take so many times the memory of the first. */
  readonly levelBound: number;
  /** Longest round trip of the canary, milliseconds. */
  readonly canaryBoundMs: number;
  readonly sampleEveryMs: number;
  /** Runs one attack; in a thread of its own, so that the canary measures the server and not the load. */
  readonly attack: (options: AttackOptions) => Promise<AttackReport>;
  readonly onProgress?: (text: string) => void;
}

interface Measured {
  readonly attacks: readonly AttackReport[];
  readonly canary: CanaryReport;
  readonly level: Level;
  readonly serverFaults: number;
  readonly left: number;
  readonly seconds: number;
}

/** Connections that are over are gone from the server within so long. */
const EMPTY_WITHIN_MS = 30_000;

export async function runHostile(options: HostileOptions): Promise<Verdict> {
  const server = await startServer(options.transport, {
    ...DEMO,
    host: "127.0.0.1",
    sessionPolicy: "allow",
    limits: UNLIMITED,
  });
  try {
    return verdictOf(options, server, await measured(options, server));
  } finally {
    await server.stop();
  }
}

async function measured(options: HostileOptions, server: ServerProcess): Promise<Measured> {
  const { frames, jobs, seed, peers } = options;
  const canary = await Canary.start(server);
  const readings: number[] = [];
  const attacking = { isOver: false };
  const sampling = (async () => {
    while (!attacking.isOver && server.isAlive) {
      readings.push(await server.metric(RESIDENT));
      await wait(options.sampleEveryMs);
    }
  })();
  const startedAt = performance.now();
  let sent = 0;
  const onSent = (more: number): void => {
    const before = sent;
    sent += more;
    if (Math.floor(sent / 1_000) > Math.floor(before / 1_000)) {
      options.onProgress?.(`${options.transport}: ${sent} of ${frames} frames`);
    }
  };
  const attacks = await Promise.all(
    Array.from({ length: jobs }, (_, job) =>
      options.attack({
        target: { host: server.host, port: server.port },
        seed: (seed + job * 1_000) >>> 0,
        frames: Math.ceil(frames / jobs),
        peers: Math.ceil(peers / jobs),
        name: `h${job}`,
        onSent,
      }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  attacking.isOver = true;
  await sampling;
  const report = await canary.stop();
  const left = await emptied(server);
  const serverFaults = await server.metric("ws_faults_total").catch(() => -1);
  return { attacks, canary: report, level: levelOf(readings), serverFaults, left, seconds };
}

async function emptied(server: ServerProcess): Promise<number> {
  const until = performance.now() + EMPTY_WITHIN_MS;
  for (;;) {
    const left = await server.metric("ws_connections_current").catch(() => -1);
    if (left <= 0 || performance.now() > until) return left;
    await wait(100);
  }
}

function verdictOf(options: HostileOptions, server: ServerProcess, found: Measured): Verdict {
  const { attacks, canary, level, serverFaults, left } = found;
  const sum = (of: (each: AttackReport) => number): number =>
    attacks.reduce((total, each) => total + of(each), 0);
  const frames = sum((each) => each.frames);
  const connections = sum((each) => each.connections);
  const seconds = Math.round(found.seconds * 10) / 10;
  const closes = counted(attacks.map((each) => each.closes));
  const faults = [
    ...attacks.flatMap((each) => each.faults),
    ...canaryFaults(canary, options.canaryBoundMs),
    ...(server.isAlive ? [] : [`the server's process ended: ${server.log()}`]),
    ...(serverFaults === 0 ? [] : [`the server counts ${serverFaults} failures: ${server.log()}`]),
    ...(left === 0 ? [] : [`${left} connections were left over`]),
    ...(level.ratio <= options.levelBound
      ? []
      : [`memory went up × ${level.ratio}, more than × ${options.levelBound}`]),
  ];
  const { transport } = options;
  return {
    faults,
    figures: { transport, frames, connections, seconds, closes, canary, level, serverFaults },
    text: [
      `${transport}: ${frames} frames on ${connections} connections in ${seconds} s`,
      `  canary  ${spreadText(canary.roundTrip)}`,
      `  memory  ${levelText(level)}`,
      `  ends    ${Object.entries(closes)
        .map(([code, count]) => `${code}: ${count}`)
        .join(", ")}`,
    ].join("\n"),
  };
}

function counted(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [code, count] of all.flatMap(Object.entries<number>)) {
    total[code] = (total[code] ?? 0) + count;
  }
  return total;
}

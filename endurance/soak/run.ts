// Clients that come and go while events are published into their scopes: nothing may be lost or doubled.

import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Chance } from "../../conformance/hostile/chance.js";
import type { Verdict } from "../command.js";
import { levelOf, levelText } from "../level.js";
import {
  RESIDENT,
  startServer,
  UNLIMITED,
  type ServerProcess,
  type TransportName,
} from "../server-process.js";
import { judgeSoak, type Published } from "./checker.js";
import {
  troublesOf,
  type Fleet,
  type FleetOptions,
  type FleetReport,
  type FleetState,
  type Heads,
  type Troubles,
} from "./fleet.js";
import { Publisher } from "./publisher.js";

export interface SoakOptions {
  readonly transport: TransportName;
  readonly seed: number;
  readonly clients: number;
  readonly places: number;
  readonly durationMs: number;
  /** A run goes on until so much has happened, however long that takes. */
  readonly least?: Work;
  /** Publishes a second. */
  readonly rate: number;
  readonly troubleEveryMs: number;
  readonly messageEveryMs: number;
  /** Fleets that share the clients. */
  readonly fleets: number;
  readonly settleMs: number;
  readonly fleet: (options: FleetOptions) => Promise<Fleet>;
  /** What serves; default the built command. */
  readonly server?: readonly string[];
  readonly onProgress?: (text: string) => void;
}

/** What a run has done. */
export interface Work {
  readonly published?: number;
  readonly handled?: number;
  /** Messages that were accepted. */
  readonly accepted?: number;
  readonly troubles?: Troubles;
}

/** Clients come back soon: a run is short, and the more often they do the more it tries. */
const TIMERS = { maxDelayMs: 5_000, circuitRestMs: 5_000 } as const;

export async function runSoak(options: SoakOptions): Promise<Verdict> {
  const { transport, clients, places, seed, fleets: count } = options;
  const secret = randomBytes(32).toString("hex");
  const settings = {
    host: "127.0.0.1",
    transport,
    auth: { mode: "jwt", secret },
    events: { order_created: "orders", order_updated: "orders", chat_message: "chat" },
    limits: UNLIMITED,
    timers: TIMERS,
  } as const;
  const server = await startServer(transport, settings, options.server);
  const fleets: Fleet[] = [];
  try {
    const share = Math.ceil(clients / count);
    for (let index = 0; index < count; index += 1) {
      const firstIndex = index * share;
      const own = { firstIndex, clients: Math.min(share, clients - firstIndex) };
      const { troubleEveryMs, messageEveryMs } = options;
      const common = { url: server.url, secret, places, troubleEveryMs, messageEveryMs };
      fleets.push(await options.fleet({ ...common, ...own, seed: (seed + 1 + index) >>> 0 }));
    }
    return await soak(options, server, fleets);
  } finally {
    await Promise.allSettled(fleets.map((each) => each.end()));
    await server.stop();
  }
}

async function soak(
  options: SoakOptions,
  server: ServerProcess,
  fleets: readonly Fleet[],
): Promise<Verdict> {
  const { clients, places, seed, rate } = options;
  await Promise.all(fleets.map((each) => each.connect()));
  const chance = new Chance(seed);
  const publisher = new Publisher({ httpUrl: server.httpUrl, places, clients, rate, chance });
  publisher.start();
  await Promise.all(fleets.map((each) => each.begin()));
  const readings = await ran(options, server, fleets, publisher);
  await Promise.all(fleets.map((each) => each.calm()));
  await publisher.stop();
  const heads = await settledHeads(options, publisher.published, fleets);
  const reports = await Promise.all(fleets.map((each) => each.report(heads)));
  const serverFaults = await server.metric("ws_faults_total").catch(() => -1);
  return verdictOf({ options, server, publisher, reports, readings, serverFaults });
}

const LOOK_EVERY_MS = 1_000;

const LOOK_AGAIN_MS = 100;

/** Reads the memory until the time is over and the work is done. */
async function ran(
  { durationMs, onProgress, clients, least = {} }: SoakOptions,
  server: ServerProcess,
  fleets: readonly Fleet[],
  publisher: Publisher,
): Promise<number[]> {
  const readings: number[] = [];
  const until = performance.now() + durationMs;
  let isDone = false;
  while (server.isAlive && !(isDone && performance.now() >= until)) {
    const leftMs = until - performance.now();
    await wait(leftMs > 0 ? Math.min(LOOK_EVERY_MS, leftMs) : LOOK_AGAIN_MS);
    readings.push(await server.metric(RESIDENT));
    const states = await Promise.all(fleets.map((each) => each.state()));
    const sum = (of: (state: FleetState) => number): number =>
      states.reduce((total, each) => total + of(each), 0);
    const handled = sum((each) => each.seen);
    isDone = covers(
      {
        published: publisher.published.length,
        handled,
        accepted: sum((each) => each.accepted),
        troubles: troublesOf(states),
      },
      least,
    );
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1_000));
    onProgress?.(
      `${sum((each) => each.connected)} of ${clients} connected, ${handled} events handled, ${left} s left`,
    );
  }
  return readings;
}

function covers({ troubles: had = {}, ...done }: Work, { troubles = {}, ...least }: Work): boolean {
  return isAtLeast(done, least) && isAtLeast(had, troubles);
}

function isAtLeast(
  had: Readonly<Record<string, number>>,
  least: Readonly<Record<string, number>>,
): boolean {
  return Object.entries(least).every(([what, count]) => (had[what] ?? 0) >= count);
}

/** Waits until everything that was taken has been seen. Messages on their way raise the heads. */
async function settledHeads(
  { settleMs }: SoakOptions,
  published: readonly Published[],
  fleets: readonly Fleet[],
): Promise<Heads> {
  await Promise.all(fleets.map((each) => each.settled({}, settleMs)));
  const sends = (await Promise.all(fleets.map((each) => each.sends()))).flat();
  const heads: Record<string, number> = {};
  for (const { stream, eventId } of [...published, ...sends]) {
    if (stream !== undefined) heads[stream] = Math.max(heads[stream] ?? 0, eventId ?? 0);
  }
  await Promise.all(fleets.map((each) => each.settled(heads, settleMs)));
  return heads;
}

function verdictOf(found: {
  readonly options: SoakOptions;
  readonly server: ServerProcess;
  readonly publisher: Publisher;
  readonly reports: readonly FleetReport[];
  readonly readings: readonly number[];
  readonly serverFaults: number;
}): Verdict {
  const { options, server, publisher, reports, readings, serverFaults } = found;
  const witnesses = reports.flatMap((each) => each.witnesses);
  const { faults, ...judged } = judgeSoak(publisher.published, witnesses);
  const troubles = troublesOf(reports);
  const level = levelOf(readings);
  const { clients, durationMs, transport } = options;
  const seconds = durationMs / 1_000;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(", ") || "none";
  return {
    faults: [
      ...faults,
      ...publisher.faults.slice(0, 5),
      ...(server.isAlive ? [] : [`the server's process ended: ${server.log()}`]),
      ...(serverFaults === 0
        ? []
        : [`the server counts ${serverFaults} failures: ${server.log()}`]),
    ],
    figures: {
      transport,
      clients,
      seconds,
      ...judged,
      troubles,
      repeats: publisher.repeats,
      retries: publisher.retries,
      level,
    },
    text: [
      `${transport}: ${clients} clients for ${seconds} s`,
      `  published  ${judged.events} events, of them ${judged.accepted} messages (${judged.unknown} of unknown outcome, ${judged.failed} refused)`,
      `  handled    ${judged.deliveries} events`,
      `  troubles   ${list(troubles)}`,
      `  reloads    ${list(judged.refreshes)}`,
      `  memory     ${levelText(level)}`,
    ].join("\n"),
  };
}

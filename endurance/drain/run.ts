// A server is told to drain, and its clients go to another: when do they come?

import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { TIMERS, LIMITS } from "../../generated/typescript/tables.js";
import { counted } from "../../conformance/counted.js";
import { Chance } from "../../conformance/hostile/chance.js";
import type { Verdict } from "../command.js";
import {
  startServer,
  UNLIMITED,
  type ServerProcess,
  type TransportName,
} from "../server-process.js";
import type { Fleet, FleetOptions } from "../soak/fleet.js";
import type { Return } from "../soak/member.js";
import { bound, distance, exampleWait, histogram, type Announcement } from "./uniformity.js";

export interface DrainOptions {
  readonly transport: TransportName;
  readonly seed: number;
  readonly clients: number;
  readonly fleets: number;
  readonly fleet: (options: FleetOptions) => Promise<Fleet>;
  readonly timers?: Partial<Record<"drainSpreadMs" | "firstSpreadMs" | "stableAfterMs", number>>;
  /** Everybody is back within so long. */
  readonly hangMs: number;
  readonly onProgress?: (text: string) => void;
}

const PLACES = 40;
const BARS = 20;
const EXAMPLES = 200_000;

export async function runDrain(options: DrainOptions): Promise<Verdict> {
  const secret = randomBytes(32).toString("hex");
  const settings = {
    host: "127.0.0.1",
    auth: { mode: "jwt", secret },
    events: { order_created: "orders", chat_message: "chat" },
    limits: UNLIMITED,
    timers: options.timers ?? {},
  } as const;
  const first = await startServer(options.transport, settings);
  const second = await startServer(options.transport, settings);
  const fleets: Fleet[] = [];
  try {
    const share = Math.ceil(options.clients / options.fleets);
    for (let index = 0; index < options.fleets; index += 1) {
      fleets.push(
        await options.fleet({
          ...{ url: first.url, secret, places: PLACES, troubleEveryMs: 0, messageEveryMs: 0 },
          ...{ firstIndex: index * share, seed: (options.seed + 1 + index) >>> 0 },
          clients: Math.min(share, options.clients - index * share),
        }),
      );
    }
    return await drained(options, first, second, fleets);
  } finally {
    await Promise.allSettled(fleets.map((each) => each.end()));
    await Promise.all([first.stop(), second.stop()]);
  }
}

async function drained(
  options: DrainOptions,
  first: ServerProcess,
  second: ServerProcess,
  fleets: readonly Fleet[],
): Promise<Verdict> {
  const { clients, hangMs, onProgress, timers } = options;
  await Promise.all(fleets.map((each) => each.connect()));
  onProgress?.(`${clients} connected`);
  // RECON-3: only who was stable adds the first spread.
  await wait((timers?.stableAfterMs ?? TIMERS.stableAfterMs.default) + 1_000);
  await Promise.all(fleets.map((each) => each.moveTo(second.url)));
  const startedAt = performance.now();
  const goneAfter = first.stop().then((how) => ({ how, ms: performance.now() - startedAt }));
  let back = 0;
  while (back < clients && performance.now() - startedAt < hangMs) {
    await wait(100);
    const before = back;
    back = await second.metric("ws_clients_current").catch(() => before);
    onProgress?.(`${back} of ${clients} are back`);
  }
  const gone = await goneAfter;
  const reports = await Promise.all(fleets.map((each) => each.report({})));
  const returns = reports.flatMap((each) => each.returns);
  return verdictOf(options, returns, { back, ...gone });
}

function verdictOf(
  options: DrainOptions,
  returns: readonly Return[],
  { back, how, ms }: { readonly back: number; readonly how: string; readonly ms: number },
): Verdict {
  const { clients, transport, timers, seed } = options;
  const told: Announcement = {
    baseDelayMs: TIMERS.baseDelayMs.default,
    jitter: LIMITS.jitterPercent.default / 100,
    spreadMs: returns[0]?.spreadMs ?? 0,
    // RECON-4: announced in CONNECT, no less than this; it grows with the connections.
    firstSpreadMs: timers?.firstSpreadMs ?? TIMERS.firstSpreadMs.default,
  };
  const chance = new Chance(seed);
  const random = (): number => chance.below(1_000_000) / 1_000_000;
  const examples = Array.from({ length: EXAMPLES }, () => exampleWait(told, random));
  const declared = returns.map((each) => each.declaredMs);
  const waited = returns.map((each) => each.waitedMs);
  const early = returns.filter((each) => each.waitedMs < each.declaredMs - 1).length;
  const far = distance(declared, examples);
  const most = bound(Math.max(1, declared.length), EXAMPLES);
  const bars = histogram(waited, BARS);
  const exitMs = Math.round(ms);
  const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
  return {
    faults: [
      ...(back === clients ? [] : [`${counted(clients - back, "client")} did not come back`]),
      ...(returns.length === clients ? [] : [`${returns.length} of ${clients} were told to go`]),
      ...(early === 0 ? [] : [`${counted(early, "client")} came earlier than they had said`]),
      ...(new Set(returns.map((each) => each.spreadMs)).size <= 1 ? [] : ["spreads differ"]),
      ...(far <= most
        ? []
        : [`the waits are ${rounded(far)} from their rule, beyond ${rounded(most)}`]),
      ...(how === "exited with code 0" ? [] : [`the drained process ${how}`]),
    ],
    figures: {
      transport,
      clients,
      back,
      told,
      early,
      distance: rounded(far),
      bound: rounded(most),
      exitMs,
      bars,
    },
    text: [
      `${transport}: ${clients} clients sent away with a spread of ${told.spreadMs} ms, all back; the process was gone after ${exitMs} ms`,
      ...bars.map(({ fromMs, count }) =>
        bar(fromMs, count, Math.max(...bars.map((each) => each.count))),
      ),
      `  earlier than declared: ${early}; distance to the announced distribution ${rounded(far)}, at most ${rounded(most)}`,
    ].join("\n"),
  };
}

const WIDEST = 50;

function bar(fromMs: number, count: number, highest: number): string {
  const length = Math.round((count / Math.max(1, highest)) * WIDEST);
  return `  ${String(fromMs).padStart(6)} ms ${String(count).padStart(5)} ${"#".repeat(length)}`;
}

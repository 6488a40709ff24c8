// Peers that stall, each kind in number and all at once, beside a session that must not notice.

import { setTimeout as wait } from "node:timers/promises";
import { DEMO } from "../../cli/demo.js";
import { TIMERS } from "../../generated/typescript/tables.js";
import { Canary, canaryFaults } from "../canary.js";
import type { Verdict } from "../command.js";
import { ask } from "../http.js";
import { spreadText } from "../quantiles.js";
import {
  RESIDENT,
  startServer,
  UNLIMITED,
  type ServerProcess,
  type TransportName,
} from "../server-process.js";
import { STALLED_KINDS, type Patience, type StalledPeer } from "./kinds.js";

export interface StalledOptions {
  readonly transport: TransportName;
  /** Peers of each kind. */
  readonly peers: number;
  readonly patience?: Patience;
  /** Time over what the rules say: transports look around every few seconds. */
  readonly slackMs: number;
  readonly measureMs: number;
  /** The canary's median with them may be so many times the one without. */
  readonly ratioBound: number;
  readonly canaryBoundMs: number;
  /** Resident memory may rise by so much at the most, bytes. */
  readonly riseBound: number;
  readonly onProgress?: (text: string) => void;
}

const USUAL: Patience = {
  connectTimeoutMs: TIMERS.connectTimeoutMs.default,
  heartbeatIntervalMs: TIMERS.heartbeatIntervalMs.default,
  heartbeatTimeoutMs: TIMERS.heartbeatTimeoutMs.default,
  slowConsumerMs: TIMERS.slowConsumerMs.default,
};
const CONGESTED_BYTES = 65_536;

export async function runStalled(options: StalledOptions): Promise<Verdict> {
  const server = await startServer(options.transport, {
    ...DEMO,
    host: "127.0.0.1",
    sessionPolicy: "allow",
    limits: UNLIMITED,
    timers: { ...options.patience },
    congestedBytes: CONGESTED_BYTES,
  });
  const opened: StalledPeer[] = [];
  try {
    return await measured(options, server, opened);
  } finally {
    for (const { socket } of opened) socket.destroy();
    await server.stop();
  }
}

interface Ended {
  readonly kind: string;
  readonly rule: string;
  readonly ended: number;
  readonly longestMs: number;
  readonly boundMs: number;
}

async function measured(
  options: StalledOptions,
  server: ServerProcess,
  opened: StalledPeer[],
): Promise<Verdict> {
  const { transport, measureMs, peers, ratioBound, canaryBoundMs, riseBound } = options;
  const canary = await Canary.start(server);
  await canary.measured(measureMs / 4); // warms up
  const before = await canary.measured(measureMs);
  const memory = { before: await server.metric(RESIDENT), peak: 0 };
  const flood = flooding(server, memory);
  const ends = await stalledEnds(options, server, opened);
  await flood.stop();
  const after = canary.report();
  const last = await canary.stop();
  const serverFaults = await server.metric("ws_faults_total");
  const ratio = Math.round((after.roundTrip.p50 / before.roundTrip.p50) * 100) / 100;
  const riseBytes = Math.max(0, memory.peak - memory.before);
  return {
    faults: [
      ...canaryFaults({ ...after, lost: last.lost }, canaryBoundMs),
      ...ends
        .filter(({ ended, longestMs, boundMs }) => ended < peers || longestMs > boundMs)
        .map((each) => `${endText(each, peers)}; ${each.rule}`),
      ...(ratio <= ratioBound ? [] : [`the canary takes × ${ratio}, more than × ${ratioBound}`]),
      ...(riseBytes <= riseBound
        ? []
        : [`memory rose by ${riseBytes} bytes, more than ${riseBound}`]),
      ...(serverFaults === 0
        ? []
        : [`the server counts ${serverFaults} failures: ${server.log()}`]),
    ],
    figures: { transport, peers, before, after, ratio, riseBytes, ends },
    text: [
      `${transport}: ${peers} peers of each of ${ends.length} kinds, all at once`,
      ...ends.map((each) => `  ${endText(each, peers)}`),
      `  alone      ${spreadText(before.roundTrip)}`,
      `  with them  ${spreadText(after.roundTrip)} (× ${ratio} at the median)`,
      `  memory     rose by ${(riseBytes / 1_048_576).toFixed(1)} MiB at the most`,
    ].join("\n"),
  };
}

function endText({ kind, ended, longestMs, boundMs }: Ended, peers: number): string {
  return `${kind}: ${ended} of ${peers} ended, the last after ${longestMs} ms of ${boundMs} ms`;
}

/** Opens all peers and waits until each is over, or its time is. */
async function stalledEnds(
  { peers, patience = USUAL, slackMs, onProgress }: StalledOptions,
  server: ServerProcess,
  opened: StalledPeer[],
): Promise<Ended[]> {
  const startedAt = performance.now();
  const kinds = STALLED_KINDS.map((kind) => {
    const own = Array.from({ length: peers }, (_, index) => kind.open(server, index));
    opened.push(...own);
    const endsAt: number[] = [];
    for (const { socket } of own) {
      socket.once("close", () => endsAt.push(performance.now() - startedAt));
    }
    return { kind, own, endsAt, boundMs: kind.endsWithinMs(patience) + slackMs };
  });
  const latest = Math.max(...kinds.map(({ boundMs }) => boundMs));
  let unseenEndMs = 0;
  for (;;) {
    await wait(100);
    const passedMs = performance.now() - startedAt;
    const open = kinds.filter(({ own, endsAt }) => own[0]?.reads === true && endsAt.length < peers);
    // Who does not read does not see its end: the server says when only the canary is left.
    if (unseenEndMs === 0 && (await isAlone(server))) unseenEndMs = passedMs;
    onProgress?.(`${Math.round(passedMs / 1_000)} s: ${open.length} kinds are not over`);
    if ((unseenEndMs > 0 && open.length === 0) || passedMs > latest) break;
  }
  return kinds.map(({ kind, own, endsAt, boundMs }) => {
    const sees = own[0]?.reads === true;
    const longestMs = Math.round(sees ? Math.max(0, ...endsAt) : unseenEndMs);
    const ended = sees ? endsAt.length : unseenEndMs > 0 ? peers : 0;
    return { kind: kind.name, rule: kind.rule, ended, longestMs, boundMs };
  });
}

async function isAlone(server: ServerProcess): Promise<boolean> {
  return (await server.metric("ws_connections_current").catch(() => Infinity)) <= 1;
}

const FLOOD_EVERY_MS = 100;
const BURST = 10;
/** 18 MB for each session: more than the kernel takes for a socket that nobody reads. */
const BURSTS = 60;
const PAYLOAD = { text: "x".repeat(30_000) };

/** Publishes large events, which fill the sockets of those who do not read, and watches the memory. */
function flooding(
  server: ServerProcess,
  memory: { peak: number },
): { readonly stop: () => Promise<void> } {
  const state = { isOver: false };
  const body = { scopes: DEMO.auth.scopes, event: "order_created", payload: PAYLOAD };
  const done = (async () => {
    for (let burst = 0; !state.isOver && server.isAlive; burst += 1) {
      for (let count = 0; burst < BURSTS && count < BURST; count += 1) {
        const { status } = await ask(`${server.httpUrl}/v1/events`, body);
        if (status !== 200) throw new Error(`a publish was answered with ${status}`);
      }
      memory.peak = Math.max(memory.peak, await server.metric(RESIDENT));
      await wait(FLOOD_EVERY_MS);
    }
  })();
  done.catch(() => undefined); // told when it is stopped
  return {
    async stop() {
      state.isOver = true;
      await done;
    },
  };
}

// Many connections that only answer pings, and what a session beside them notices.

import { setTimeout as wait } from "node:timers/promises";
import { DEMO } from "../../cli/demo.js";
import { Canary, canaryFaults } from "../canary.js";
import type { Verdict } from "../command.js";
import { spreadText } from "../quantiles.js";
import {
  RESIDENT,
  startServer,
  UNLIMITED,
  type ServerProcess,
  type TransportName,
} from "../server-process.js";
import { Connection } from "../wire/connection.js";

export interface IdleOptions {
  readonly transport: TransportName;
  readonly connections: number;
  /** How long the canary is measured without and with the idle connections, milliseconds. */
  readonly measureMs: number;
  /** The median round trip with them may be so many times the one without. */
  readonly ratioBound: number;
  readonly canaryBoundMs: number;
  readonly onProgress?: (text: string) => void;
}

const AT_ONCE = 50;
/** Ports of one source address are about 28 000; several addresses keep well below. */
const PER_ADDRESS = 5_000;

export async function runIdle(options: IdleOptions): Promise<Verdict> {
  const server = await startServer(options.transport, {
    ...DEMO,
    host: "127.0.0.1",
    // Presence of thousands in one scope would be measured instead: each has the demo's scope.
    auth: { mode: "none", scopes: [], modules: [] },
    limits: UNLIMITED,
  });
  const idle: Connection[] = [];
  try {
    return await measured(options, server, idle);
  } finally {
    for (const each of idle) each.drop();
    await server.stop();
  }
}

async function measured(
  options: IdleOptions,
  server: ServerProcess,
  idle: Connection[],
): Promise<Verdict> {
  const { transport, connections, measureMs, ratioBound, canaryBoundMs, onProgress } = options;
  const canary = await Canary.start(server);
  await canary.measured(measureMs / 4); // warms up
  const before = await canary.measured(measureMs);
  const bytesBefore = await server.metric(RESIDENT);
  for (let at = 0; at < connections; at += AT_ONCE) {
    const count = Math.min(AT_ONCE, connections - at);
    const dialled = Array.from({ length: count }, (_, index) => idleConnection(server, at + index));
    idle.push(...(await Promise.all(dialled)));
    onProgress?.(`${idle.length} of ${connections} connected`);
  }
  canary.report();
  onProgress?.("measuring");
  const after = await canary.measured(measureMs);
  const held = (await server.metric("ws_connections_current")) - 1;
  const lost = idle.filter((each) => each.isOver).length;
  const bytes = (await server.metric(RESIDENT)) - bytesBefore;
  const last = await canary.stop();
  const ratio = Math.round((after.roundTrip.p50 / before.roundTrip.p50) * 100) / 100;
  const residentBytesEach = Math.round(bytes / connections);
  return {
    faults: [
      ...canaryFaults({ ...after, lost: last.lost }, canaryBoundMs),
      ...(lost === 0 && held === connections ? [] : [`${lost} were ended, ${held} are held`]),
      ...(ratio <= ratioBound ? [] : [`the canary takes × ${ratio}, more than × ${ratioBound}`]),
    ],
    figures: { transport, connections, before, after, ratio, residentBytesEach },
    text: [
      `${transport}: ${connections} idle connections, all held`,
      `  alone      ${spreadText(before.roundTrip)}`,
      `  with them  ${spreadText(after.roundTrip)} (× ${ratio} at the median)`,
      `  memory     ${residentBytesEach} bytes resident for each, sockets in the kernel not counted`,
    ].join("\n"),
  };
}

const SHED = 1013;
const SHED_REST_MS = 2_000;
const MOST_DIALS = 60;

/** It beats by pongs alone, as a page in the background does (LIVE-8), and comes again where it is shed (RECON-7). */
async function idleConnection(server: ServerProcess, index: number): Promise<Connection> {
  const localAddress = `127.0.0.${2 + Math.floor(index / PER_ADDRESS)}`;
  for (let dial = 1; ; dial += 1) {
    const connection = new Connection(server, { query: `userId=idle-${index}`, localAddress });
    const connected = new Promise<undefined>((resolve) => {
      connection.onText = (text) => {
        if (!text.includes('"type":"CONNECT"')) return;
        connection.onText = undefined;
        resolve(undefined);
      };
    });
    const code = await Promise.race([connected, connection.closed]);
    if (code === undefined) return connection;
    if (code !== SHED || dial === MOST_DIALS) {
      throw new Error(`idle connection ${index} ended with ${code}; is \`ulimit -n\` too low?`);
    }
    await wait(SHED_REST_MS);
  }
}

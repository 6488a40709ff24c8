import { parseArgs } from "node:util";
import { connectExample } from "./connect-example.js";
import { Session } from "../generated/typescript/client/session.js";
import type { SessionSettings } from "../generated/typescript/client/settings.js";
import { VirtualClock } from "../server/clock.js";
import { serve } from "../server/server.js";
import { LocalTransport } from "../server/transports/local.js";

const SESSIONS = 10_000;
/** Users that share a scope, and so see each other. */
const GROUP = 10;

/** Bytes of heap that `make` leaves behind, for each of `count` things. */
async function bytesEach(count: number, make: () => Promise<unknown>): Promise<number> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("run node with --expose-gc");
  const settled = (): number => {
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = settled();
  const kept = await make();
  const after = settled();
  if (kept === undefined) throw new Error("what is measured must stay alive");
  return Math.round((after - before) / count);
}

function clientSettings(index: number): SessionSettings {
  return {
    userId: `user${index}`,
    deviceId: `device${index}`,
    firstAttempt: 1,
    startFrom: "latest",
    tokens: { kind: "none" },
    positions: [],
    messages: [],
    persistentOutbox: false,
    connectTimeoutMs: 10_000,
    outboxMessages: 1_000,
    keptEvents: 1_000,
  };
}

/** A client session that is connected, with three streams, and has nothing to do. */
function idleClient(index: number): Session {
  const session = new Session(clientSettings(index), Math.random);
  session.handle({ type: "connect" }, 0);
  session.handle({ type: "opened", generation: 1 }, 10);
  session.handle({ type: "frame", generation: 1, text: connectExample(index) }, 20);
  if (session.state !== "connected") throw new Error("the client did not connect");
  return session;
}

/** A server with idle connections, each of a user of its own with three streams. */
async function idleServer(): Promise<unknown> {
  const clock = new VirtualClock();
  let local: LocalTransport | undefined;
  const server = await serve(
    { port: 0, clock, auth: { mode: "none", scopes: [], modules: [] }, events: {} },
    (host) => ({ transport: (local = new LocalTransport(host)), hint: undefined }),
    (userId) => ({
      kind: "accepted",
      identity: {
        userId,
        scopes: [{ place: String(Math.floor(Number(userId.slice(4)) / GROUP)) }],
        modules: ["orders", "chat"],
      },
    }),
  );
  const ignore = (): void => undefined;
  const links = Array.from({ length: SESSIONS }, (_, index) => {
    const link = local?.dial(
      { received: ignore, pinged: ignore, closed: ignore },
      { query: `userId=user${index}&deviceId=device${index}` },
    );
    clock.settle();
    return link;
  });
  clock.advance(1_000);
  if (server.connections !== SESSIONS) throw new Error("not every connection is held");
  return { server, links, clock };
}

const HELP = `Measures the heap that one idle session costs: the client's, and the server's.

Usage: npm run bench:memory -- [--json]

  --json  one JSON object instead of text
  --help  this

Exit codes: 0 measured, 2 wrong use.
`;

/** Ends the process where there is nothing to measure. */
function isJsonWanted(): boolean {
  try {
    const options = { json: { type: "boolean" }, help: { type: "boolean" } } as const;
    const { json = false, help = false } = parseArgs({ options }).values;
    if (!help) return json;
    process.stdout.write(HELP);
    process.exit(0);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`bench:memory: ${text}; --help lists the flags\n`);
    process.exit(2);
  }
}

const json = isJsonWanted();
const client = await bytesEach(SESSIONS, () =>
  Promise.resolve(Array.from({ length: SESSIONS }, (_, index) => idleClient(index))),
);
const server = await bytesEach(SESSIONS, idleServer);
const report = { sessions: SESSIONS, streams: 3, clientBytes: client, serverBytes: server };
process.stdout.write(
  json
    ? `${JSON.stringify(report)}\n`
    : `heap of one idle session with 3 streams, mean of ${SESSIONS}:\n` +
        `  client  ${client} bytes\n  server  ${server} bytes\n`,
);

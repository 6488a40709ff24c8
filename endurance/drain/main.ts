import { progress, runCommand } from "../command.js";
import { remoteFleet } from "../soak/fleet-process.js";
import { runDrain } from "./run.js";

const HELP = `Sends SIGTERM to a server process with many clients of the generated package, which move to a second
server, and prints when they come back: a histogram, compared with what DISCONNECT announced.

Usage: npm run drain -- [--clients N] [--transport uws|ws] [--seed N] [--json]

  --clients N       clients (default 2000)
  --transport NAME  uws (default) or ws
  --processes N     processes that hold the clients (default 2)
  --seed N          of the draws of the clients and of the examples that their waits are compared with
                    (default: a new one, which is printed)
  --json            one JSON object instead of text
  --help            this

The waits must be within the distance of Kolmogorov and Smirnov that a right spread exceeds once in 1 000
runs, and nobody may come earlier than its client declared.

Exit codes: 0 so it was, 1 it was not, 2 wrong use.
`;

const HANG_MS = 120_000;

await runCommand({
  name: "drain",
  help: HELP,
  flags: {
    clients: { default: 2_000, least: 2, most: 9_000 },
    transport: { default: "uws", oneOf: ["uws", "ws"] },
    processes: { default: 2, least: 1, most: 16 },
  },
  run: async ({ clients, transport, processes, seed }) =>
    await runDrain({
      transport: transport === "ws" ? "ws" : "uws",
      ...{ clients, seed, fleets: processes },
      fleet: (options) => remoteFleet(options),
      hangMs: HANG_MS,
      onProgress: progress,
    }),
});

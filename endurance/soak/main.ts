import { editNamed } from "../../conformance/mutants/bank.js";
import { buildEdited } from "../../conformance/mutants/build.js";
import { progress, runCommand } from "../command.js";
import { remoteFleet } from "./fleet-process.js";
import { runSoak } from "./run.js";

const HELP = `Keeps many clients connected to a server process while they lose their connections at random, and checks
what their handlers saw against what was published: nothing lost, nothing doubled, in order, and every
accepted message one event.

Usage: npm run soak -- [--clients N] [--minutes N] [--transport uws|ws] [--seed N] [--fault NAME] [--json]

  --clients N         clients of the generated package (default 2000)
  --minutes N         how long they have trouble (default 10); or --seconds N
  --transport NAME    uws (default) or ws
  --places N          scopes that the clients share (default 40)
  --rate N            publishes a second (default 20)
  --trouble-every N   mean seconds between two troubles of a client (default 20)
  --message-every N   mean seconds between two messages of a client (default 30)
  --processes N       processes that hold the clients (default 2)
  --fault NAME        plants a fault of conformance/mutants, such as client/gap-ignored, or two with a comma
                      between, one a side: the run must then end 1
  --seed N            the same seed, the same troubles (default: a new one, which is printed)
  --json              one JSON object instead of text
  --help              this

Exit codes: 0 nothing was lost or doubled, 1 something was, 2 wrong use.
`;

const SETTLE_MS = 120_000;

/** At most one fault a side. */
async function planted(
  names: string,
): Promise<{ readonly fleet?: string; readonly server?: readonly string[] }> {
  if (names === "none") return {};
  const edits = names.split(",").map(editNamed);
  const client = edits.find(({ role }) => role === "client");
  const server = edits.find(({ role }) => role === "server");
  return {
    ...(client && { fleet: await buildEdited(client, "endurance/soak/fleet-process.ts") }),
    ...(server && { server: ["node", await buildEdited(server)] }),
  };
}

await runCommand({
  name: "soak",
  help: HELP,
  flags: {
    clients: { default: 2_000, least: 1, most: 9_000 },
    minutes: { default: 10, least: 1, most: 10_000 },
    seconds: { default: 0, least: 0, most: 600_000 },
    transport: { default: "uws", oneOf: ["uws", "ws"] },
    places: { default: 40, least: 1, most: 10_000 },
    rate: { default: 20, least: 1, most: 1_000 },
    "trouble-every": { default: 20, least: 0, most: 3_600 },
    "message-every": { default: 30, least: 0, most: 3_600 },
    processes: { default: 2, least: 1, most: 16 },
    fault: {
      default: "none",
      allowed: "a fault such as client/gap-ignored, or two with a comma between",
      pattern: /^(none|(client|server)\/[a-z0-9-]+(,(client|server)\/[a-z0-9-]+)?)$/u,
    },
  },
  run: async ({
    clients,
    minutes,
    seconds,
    transport,
    places,
    rate,
    processes,
    fault,
    seed,
    ...more
  }) => {
    const { fleet, server } = await planted(fault);
    return await runSoak({
      transport: transport === "ws" ? "ws" : "uws",
      ...{ clients, places, rate, seed },
      durationMs: seconds > 0 ? seconds * 1_000 : minutes * 60_000,
      troubleEveryMs: more["trouble-every"] * 1_000,
      messageEveryMs: more["message-every"] * 1_000,
      fleets: processes,
      settleMs: SETTLE_MS,
      fleet: (given) => remoteFleet(given, fleet),
      ...(server === undefined ? {} : { server }),
      onProgress: progress,
    });
  },
});

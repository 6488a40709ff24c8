import { progress, runCommand } from "../command.js";
import { runIdle } from "./run.js";

const HELP = `Holds idle connections on a server process and measures what a session beside them notices: its round
trip from MESSAGE to MESSAGE_ACK and EVENT, in the same run, without them and with them.

Usage: npm run idle -- [--connections N] [--transport uws|ws] [--json]

  --connections N  idle connections that only answer pings (default 10000; \`ulimit -n\` must allow them)
  --transport NAME uws (default) or ws
  --seconds N      how long each measurement takes (default 20)
  --ratio N        the median with them may be so many times the one without (default 3)
  --canary-ms N    the longest that one round trip may take (default 2000)
  --json           one JSON object instead of text
  --help           this

Exit codes: 0 within the bounds, 1 beyond them, 2 wrong use.
`;

await runCommand({
  name: "idle",
  help: HELP,
  flags: {
    connections: { default: 10_000, least: 1, most: 60_000 },
    transport: { default: "uws", oneOf: ["uws", "ws"] },
    seconds: { default: 20, least: 1, most: 3_600 },
    ratio: { default: 3, least: 1, most: 100 },
    "canary-ms": { default: 2_000, least: 1, most: 60_000 },
  },
  run: async ({ connections, transport, seconds, ratio, ...more }) =>
    await runIdle({
      transport: transport === "ws" ? "ws" : "uws",
      connections,
      measureMs: seconds * 1_000,
      ratioBound: ratio,
      canaryBoundMs: more["canary-ms"],
      onProgress: progress,
    }),
});

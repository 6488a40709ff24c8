import { progress, runCommand } from "../command.js";
import { runStalled } from "./run.js";

const HELP = `Opens peers that stall, every kind at once, on a server process: silent TCP, half an upgrade, byte by
byte, sessions that never pong and sessions that never read. Checks that each is ended by its rule in bounded
time, and what a session beside them notices.

Usage: npm run stalled -- [--peers N] [--transport uws|ws] [--json]

  --peers N         of each kind (default 50)
  --transport NAME  uws (default) or ws
  --slack N         seconds that an end may come after its rule (default 15)
  --ratio N         the canary's median with them may be so many times the one without (default 5)
  --canary-ms N     the longest that one round trip may take (default 2000)
  --rise-mib N      how much resident memory may rise (default 300)
  --json            one JSON object instead of text
  --help            this

Exit codes: 0 within the bounds, 1 beyond them, 2 wrong use.
`;

await runCommand({
  name: "stalled",
  help: HELP,
  flags: {
    peers: { default: 50, least: 1, most: 2_000 },
    transport: { default: "uws", oneOf: ["uws", "ws"] },
    slack: { default: 15, least: 1, most: 600 },
    ratio: { default: 5, least: 1, most: 1_000 },
    "canary-ms": { default: 2_000, least: 1, most: 60_000 },
    "rise-mib": { default: 300, least: 1, most: 100_000 },
  },
  run: async ({ peers, transport, slack, ratio, ...more }) =>
    await runStalled({
      transport: transport === "ws" ? "ws" : "uws",
      ...{ peers, slackMs: slack * 1_000, measureMs: 10_000, ratioBound: ratio },
      canaryBoundMs: more["canary-ms"],
      riseBound: more["rise-mib"] * 1_048_576,
      onProgress: progress,
    }),
});

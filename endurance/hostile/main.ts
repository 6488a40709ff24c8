import { progress, runCommand } from "../command.js";
import { runHostile } from "./run.js";
import { attackInThread } from "./thread.js";

const HELP = `Sends malformed frames to a server process of its own and checks the answer to every one, while a
well-behaved session goes on and the server's memory is watched.

Usage: npm run hostile -- [--frames N] [--transport uws|ws] [--seed N] [--json]

  --frames N         at least so many (default 1000000)
  --transport NAME   uws (default) or ws
  --peers N          hostile peers at a time (default 32)
  --jobs N           threads that make the frames (default 1)
  --canary-ms N      the longest that the well-behaved session may wait (default 2000)
  --level-percent N  memory of the last quarter in percent of the first, at most (default 130)
  --seed N           the same seed, the same frames (default: a new one, which is printed)
  --json             one JSON object instead of text
  --help             this

Exit codes: 0 every answer was right and the bounds were kept, 1 they were not, 2 wrong use.
`;

await runCommand({
  name: "hostile",
  help: HELP,
  flags: {
    frames: { default: 1_000_000, least: 1, most: 1_000_000_000 },
    transport: { default: "uws", oneOf: ["uws", "ws"] },
    peers: { default: 32, least: 1, most: 5_000 },
    jobs: { default: 1, least: 1, most: 16 },
    "canary-ms": { default: 2_000, least: 1, most: 60_000 },
    "level-percent": { default: 130, least: 100, most: 1_000 },
  },
  run: async ({ frames, transport, peers, jobs, seed, ...bounds }) =>
    await runHostile({
      transport: transport === "ws" ? "ws" : "uws",
      ...{ frames, peers, jobs, seed },
      canaryBoundMs: bounds["canary-ms"],
      levelBound: bounds["level-percent"] / 100,
      sampleEveryMs: 1_000,
      attack: attackInThread,
      onProgress: progress,
    }),
});

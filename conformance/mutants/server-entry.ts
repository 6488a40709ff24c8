// The demo server as a command of its own, for mutants: prints the ready line and serves until it is ended.

import { DEMO } from "../../cli/demo.js";
import { createServer } from "../../server/index.js";

const server = await createServer({ ...DEMO, port: 0, host: "127.0.0.1" });
const publish = new URL("/v1/events", server.url.replace(/^ws/u, "http"));
process.stdout.write(
  `${JSON.stringify({ ready: true, url: server.url, publish: publish.href })}\n`,
);

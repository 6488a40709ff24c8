// The reference server as a command of its own, for mutants: prints the ready line and serves until it is
// ended. `--config FILE` takes the settings of a profile; without it the demo is served.

import { readFileSync } from "node:fs";

import { DEMO } from "../../cli/demo.js";
import { createServer, type ServerOptions } from "../../server/index.js";

const file = process.argv[process.argv.indexOf("--config", 2) + 1];
const settings =
  file === undefined || !process.argv.includes("--config", 2)
    ? DEMO
    : (JSON.parse(readFileSync(file, "utf8")) as ServerOptions);
const server = await createServer({ host: "127.0.0.1", ...settings, port: 0 });
const publish = new URL("/v1/events", server.url.replace(/^ws/u, "http"));
process.stdout.write(
  `${JSON.stringify({ ready: true, url: server.url, publish: publish.href })}\n`,
);
process.once("SIGTERM", () => {
  void server.close();
});

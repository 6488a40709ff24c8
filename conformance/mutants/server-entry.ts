// The reference server as a command of its own, for mutants: prints the ready line and serves until it is
// ended. `--config FILE` takes the settings of a profile; without it the demo is served.

import { readFileSync } from "node:fs";

import { readEvents } from "../../cli/contract-settings.js";
import { DEMO } from "../../cli/demo.js";
import { createServer, type ServerOptions } from "../../server/index.js";

const at = process.argv.indexOf("--config", 2);
const settings = at === -1 ? DEMO : settingsIn(process.argv[at + 1] ?? "");
const server = await createServer({ host: "127.0.0.1", ...settings, port: 0 });
const publish = new URL("/v1/events", server.url.replace(/^ws/u, "http"));
process.stdout.write(
  `${JSON.stringify({ ready: true, url: server.url, publish: publish.href })}\n`,
);
process.once("SIGTERM", () => {
  void server.close();
});

/** The settings of a profile; a contract is named by its path there. */
function settingsIn(file: string): ServerOptions {
  const settings = JSON.parse(readFileSync(file, "utf8")) as ServerOptions;
  const contract: unknown = settings.contract;
  return typeof contract === "string" ? { ...settings, contract: readEvents(contract) } : settings;
}

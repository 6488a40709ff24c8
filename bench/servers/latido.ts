// A Latido server as `latido serve` runs it, without limits that would pace the load. The module that has
// `createServer` may be another build's, so that two builds can be compared in one run.

import { pathToFileURL } from "node:url";
import type { createServer as CreateServer } from "../../server/index.js";
import { EVENT_PAYLOAD, obey, tell } from "./commands.js";

const SCOPE = { place: "bench" };

const [transport = "uws", module = ""] = process.argv.slice(2);
const { createServer } = (await import(
  module === "" ? "../../server/index.js" : pathToFileURL(module).href
)) as { readonly createServer: typeof CreateServer };

const server = await createServer({
  port: 0,
  host: "127.0.0.1",
  transport: transport === "ws" ? "ws" : "uws",
  auth: { mode: "none", scopes: [SCOPE], modules: ["bench"] },
  // No session here has the module archive: what goes there is logged and published, and nobody hears it.
  events: { chat_message: "bench", note_filed: "archive", order_created: "bench" },
  limits: { messagesPerMinute: 0, connectionsPerMinute: 0 },
  logger: { debug: ignore, info: ignore, warn: failed, error: failed },
});

obey(server.port, (count) => {
  for (let n = 0; n < count; n += 1) {
    server
      .publish({ scopes: [SCOPE], event: "order_created", payload: EVENT_PAYLOAD })
      .catch(failed);
  }
});

function ignore(): void {
  // A bench has no reader for it.
}

function failed(cause: unknown): void {
  tell({ says: "failed", message: JSON.stringify(cause) });
}

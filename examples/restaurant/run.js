// Bundles the example with its generated client, serves its contract, and plays the evening.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { serve } from "../story.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const bundle = path("out/evening.mjs");
const options = { bundle: true, platform: "node", format: "esm", packages: "external" };
await build({ ...options, entryPoints: [path("story/evening.ts")], outfile: bundle });
const { evening } = await import(bundle);

// Taken from the environment, as a service would; without them this run makes its own.
const secret = (name) => process.env[name] ?? randomBytes(32).toString("base64url");
const secrets = {
  token: secret("LATIDO_AUTH_SECRET"),
  api: secret("LATIDO_API_KEY"),
  webhook: secret("LATIDO_WEBHOOK_KEY"),
};

let server;
try {
  await evening({
    secrets,
    start: async (webhookUrl) => {
      server = await serve(path("server.yaml"), ["--contract", path("events.yaml")], {
        LATIDO_AUTH_SECRET: secrets.token,
        LATIDO_API_KEY: secrets.api,
        LATIDO_WEBHOOK_URL: webhookUrl,
        LATIDO_WEBHOOK_KEY: secrets.webhook,
      });
      return server;
    },
    print: (line) => console.log(line),
  });
} finally {
  server?.child.kill();
}

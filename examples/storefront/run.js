// Bundles the application with its generated client, serves its contract, and plays its story.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { readSettings, serve, signed } from "../story.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const bundle = path("out/storefront.mjs");
const options = { bundle: true, platform: "node", format: "esm", packages: "external" };
await build({ ...options, entryPoints: [path("storefront.ts")], outfile: bundle });
const { storefront } = await import(bundle);

const { auth, apiKey } = readSettings(path("server.yaml"));
const server = await serve(path("server.yaml"), ["--contract", path("events.yaml")]);
try {
  await storefront({
    url: server.url,
    token: (sub, scopes, modules) => signed({ sub, scopes, modules }, auth.secret),
    publish: async (event, scopes, payload) => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
      const body = JSON.stringify({ scopes, event, payload });
      return (await fetch(server.publish, { method: "POST", headers, body })).status;
    },
    print: (line) => console.log(line),
  });
} finally {
  server.child.kill();
}

// What the examples of routing share: a server of its own process, tokens, and people who write down what
// they receive.

import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { createClient } from "latido/client";
import { parse } from "yaml";

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An HS256 token that lives for an hour. Your own service signs them; this is all there is to it. */
export function signed(claims, secret) {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ ...claims, exp })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** The settings of a server, of which examples need the secrets. */
export function readSettings(file) {
  return parse(readFileSync(file, "utf8"));
}

/**
 * Starts `latido serve --config FILE` on a free port; resolves when it is ready.
 * @param flags more of its flags
 * @param variables settings by their variables, such as secrets
 */
export async function serve(file, flags = [], variables = {}) {
  const latido = new URL("bin/latido.js", import.meta.resolve("latido/package.json"));
  const args = ["serve", "--json", "--port", "0", "--config", file, ...flags];
  const stdio = ["ignore", "pipe", "inherit"];
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [fileURLToPath(latido), ...args], { stdio, env });
  // However this process ends, the server does not outlive it.
  process.once("exit", () => child.kill());
  process.once("SIGTERM", () => process.exit(143));
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ...JSON.parse(line) };
  }
  throw new Error("the server did not start");
}

/**
 * Runs a story: connects everyone, lets `tell(publish)` publish, and prints who received what.
 * @param settings URL of a settings file of the server
 * @param people claims of a token by role
 */
export async function play(settings, people, tell) {
  const file = fileURLToPath(settings);
  const { auth, apiKey } = readSettings(file);
  const server = await serve(file);
  const audience = Object.entries(people).map(([role, claims]) => {
    const token = () => signed(claims, auth.secret);
    const client = createClient({ url: server.url, userId: claims.sub, token });
    const received = [];
    const end = new Promise((resolve) => client.on("day_ended", () => resolve()));
    client.on("*", ({ event, scope, payload }) => received.push({ event, scope, payload }));
    return { role, claims, client, received, end };
  });

  /** POST /v1/events */
  async function publish(event, scopes, payload, more = {}) {
    const response = await fetch(server.publish, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ scopes, event, payload, ...more }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`${event}: ${response.status} ${body.error.message}`);
    return body;
  }

  try {
    await Promise.all(audience.map(({ client }) => client.connect()));
    await tell(publish);
    // Comes after everything before it, so nothing else is on its way to anybody.
    const everyone = audience.map(({ claims }) => ({ user: claims.sub }));
    await publish("day_ended", everyone, {});
    await Promise.all(audience.map(({ end }) => end));
    for (const { role, received } of audience) {
      for (const { event, scope, payload } of received) {
        if (event === "day_ended") continue;
        console.log(`${role}: ${event} ${JSON.stringify(payload)} in ${JSON.stringify(scope)}`);
      }
    }
  } finally {
    await Promise.all(audience.map(({ client }) => client.disconnect()));
    server.child.kill();
  }
}

import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { createServer, type Server } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { http, NetworkPeer } from "../testing/network-peer.js";
import { UsageError } from "../usage-error.js";

const FIXTURE = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));
const certFile = join(FIXTURE, "cert.pem");
const keyFile = join(FIXTURE, "key.pem");
const folder = mkdtempSync(join(tmpdir(), "latido-tls-"));
const otherKey = join(folder, "other.pem");
const lockedKey = join(folder, "locked.pem");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
writeFileSync(otherKey, privateKey.export({ type: "pkcs8", format: "pem" }));
writeFileSync(
  lockedKey,
  privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "only for this test",
  }),
);
const running: Server[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

describe.each(availableTransports())("TLS on the transport %s", (transport) => {
  const options = {
    port: 0,
    host: "127.0.0.1",
    transport,
    auth: { mode: "none", scopes: [{ place: "demo" }], modules: ["orders"] },
    events: { order_created: "orders" },
    closeWaitMs: 0,
  } as const;

  test("clients and HTTP are served under the certificate, and plain text is not", async () => {
    const server = await createServer({ ...options, tls: { certFile, keyFile } });
    running.push(server);
    expect([server.url, server.httpUrl]).toEqual([
      `wss://127.0.0.1:${server.port}`,
      `https://127.0.0.1:${server.port}`,
    ]);
    const ca = readFileSync(certFile, "utf8");
    const peer = new NetworkPeer(`${server.url}/?userId=a`, { ca, protocols: ["latido.v1"] });
    await peer.expect({ type: "CONNECT" });
    const answer = await http(`${server.httpUrl}/v1/events`, {
      method: "POST",
      body: JSON.stringify({ scopes: [{ place: "demo" }], event: "order_created", payload: 7 }),
      ca,
    });
    expect(answer.status).toBe(200);
    await peer.expect({ type: "EVENT", payload: 7 });
    await expect(http(`${server.httpUrl}/health`)).rejects.toThrow(/self-signed/);
    await expect(http(`http://127.0.0.1:${server.port}/health`)).rejects.toThrow();
    await peer.fence(); // the peers that failed disturbed nobody
  });

  test.each([
    ["a certificate that is not there", { certFile: "/none", keyFile }, /^tls\.certFile cannot be/],
    ["a key that is not there", { certFile, keyFile: "/none" }, /^tls\.keyFile cannot be read/],
    ["a key in its place", { certFile: keyFile, keyFile }, /^tls\.certFile: .* no PEM of a certif/],
    ["a certificate as key", { certFile, keyFile: certFile }, /^tls\.keyFile: .* no PEM of a priv/],
    ["a key with a passphrase", { certFile, keyFile: lockedKey }, /^tls\.keyFile: .*passphrase/],
    ["another key", { certFile, keyFile: otherKey }, /^tls\.keyFile: the key in .* is not that of/],
  ])("%s is told before anything listens", async (_what, tls, says) => {
    const started = createServer({ ...options, tls });
    await expect(started).rejects.toThrow(says);
    await expect(started).rejects.toThrow(UsageError);
  });
});

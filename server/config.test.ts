import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createServer, type ServerOptions } from "./server.js";
import { UsageError } from "./usage-error.js";

const RSA_KEY = join(mkdtempSync(join(tmpdir(), "latido-key-")), "rsa.pem");
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
writeFileSync(RSA_KEY, publicKey.export({ type: "spki", format: "pem" }));

const GOOD: ServerOptions = { port: 0, auth: { mode: "none", scopes: [], modules: [] } };

describe("settings", () => {
  test.each<{ readonly wrong: Partial<ServerOptions>; readonly says: RegExp }>([
    { wrong: { port: 70_000 }, says: /port is 70000; allowed is a whole number from 0 to 65535/ },
    {
      wrong: { closeWaitMs: NaN },
      says: /closeWaitMs is NaN; allowed is a whole number from 0 to 600000/,
    },
    {
      wrong: { timers: { heartbeatTimeoutMs: -1 } },
      says: /timers\.heartbeatTimeoutMs is -1; allowed .* from 1 to 120000/,
    },
    {
      wrong: { timers: { heartbeatIntervalMs: 1.5 } },
      says: /timers\.heartbeatIntervalMs is 1\.5/,
    },
    {
      wrong: { limits: { frameBytes: 10 } },
      says: /limits\.frameBytes is 10; allowed .* from 1024 to 1048576/,
    },
    { wrong: { limits: { payloadBytes: 1_048_576 } }, says: /limits\.payloadBytes .* to 1040384/ },
    { wrong: { timers: { nonsense: 1 } as never }, says: /timers\.nonsense is not a setting/ },
    { wrong: { prot: 1 } as never, says: /prot is not a setting/ },
    { wrong: { transport: "udp" as never }, says: /transport is "udp"; allowed is auto, uws, ws/ },
    { wrong: { events: ["a"] as never }, says: /events is not a mapping/ },
    { wrong: { timers: 5 as never }, says: /timers is not a mapping/ },
    { wrong: { origins: "x" as never }, says: /origins is not a list of texts/ },
    { wrong: { limits: { pages: "20" as never } }, says: /limits\.pages is 20; allowed/ },
    { wrong: { apiKey: "short" }, says: /apiKey has a wrong length; allowed is 8 to 256/ },
    {
      wrong: { sessionPolicy: "first" as never },
      says: /sessionPolicy is "first"; allowed is replace, reject, allow/,
    },
    { wrong: { events: { "a b": "m" } }, says: /events has the name "a b"/ },
    { wrong: { events: { a: "m m" } }, says: /events\.a holds "m m"/ },
    { wrong: { congestedBytes: 1 }, says: /congestedBytes is 1; allowed .* from 16384/ },
    {
      wrong: { auth: { mode: "none", scopes: [{}], modules: [] } },
      says: /auth\.scopes holds \{\}/,
    },
    {
      wrong: { auth: { mode: "none", scopes: [{ user: "a" }], modules: [] } },
      says: /user's own stream/,
    },
    {
      wrong: {
        auth: {
          mode: "none",
          scopes: [{ a: "1" }],
          modules: Array.from({ length: 256 }, (_, n) => `m${String(n)}`),
        },
      },
      says: /make 257 streams a session; allowed is at most 256/,
    },
    {
      wrong: { auth: { mode: "jwt" } },
      says: /exactly one of secret, publicKeyFile, jwksFile and jwksUrl/,
    },
    {
      wrong: { auth: { mode: "jwt", secret: "planted" } },
      says: /auth\.secret is too short; allowed is at least 32 bytes/,
    },
    {
      wrong: { auth: { mode: "jwt", secret: "x".repeat(32), algorithm: "none" as never } },
      says: /auth\.algorithm is "none"; allowed is HS256, RS256, ES256, EdDSA/,
    },
    {
      wrong: { auth: { mode: "jwt", secret: "x".repeat(32), algorithm: "RS256" } },
      says: /auth\.algorithm is RS256/,
    },
    {
      wrong: { auth: { mode: "jwt", algorithm: "ES256", jwksUrl: "nowhere" } },
      says: /auth\.jwksUrl is not an address; allowed is one with http or https/,
    },
    {
      wrong: { auth: { mode: "jwt", algorithm: "ES256", publicKeyFile: "/nonexistent" } },
      says: /auth\.publicKeyFile cannot be read/,
    },
    {
      wrong: { auth: { mode: "jwt", algorithm: "ES256", publicKeyFile: "package.json" } },
      says: /auth\.publicKeyFile cannot be read from package\.json/,
    },
    {
      wrong: { auth: { mode: "jwt", algorithm: "ES256", publicKeyFile: RSA_KEY } },
      says: /auth\.publicKeyFile holds a key of the kind rsa; auth\.algorithm ES256/,
    },
    {
      wrong: { auth: { mode: "jwt", algorithm: "ES256", jwksFile: "package.json" } },
      says: /auth\.jwksFile cannot be read from package\.json/,
    },
    {
      wrong: { auth: { mode: "other" } as never },
      says: /auth\.mode is "other"; allowed is none, jwt/,
    },
    { wrong: { auth: undefined as never }, says: /auth is missing/ },
    { wrong: { auth: { mode: "none" } as never }, says: /auth\.scopes is missing/ },
  ])("a wrong value is refused by name, fault and range: $says", async ({ wrong, says }) => {
    const started = createServer({ ...GOOD, ...wrong });
    await expect(started).rejects.toThrow(says);
    await expect(started).rejects.toThrow(UsageError);
    await expect(started).rejects.not.toThrow(/planted/);
  });
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { givenSettings, loadProfiles } from "../conformance/profiles/profile.js";
import { DEMO } from "./demo.js";
import { run } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "latido-settings-"));
const AUTH = { mode: "none", scopes: [{ place: "demo" }], modules: ["orders"] };
let files = 0;

function file(settings: unknown): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, stringify(settings));
  return path;
}

async function printed(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  process.exitCode = 0;
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await run(["serve", "--print-config", ...args], terminal);
  return { code, out, err };
}

describe("latido serve --config", () => {
  it.each<readonly [unknown, RegExp]>([
    [{}, /auth is missing/],
    [{ auth: AUTH, prot: 1 }, /prot is not a setting; there may hold port, host/],
    [{ auth: { ...AUTH, scops: [] } }, /auth\.scops is not a setting; auth may hold mode, scopes/],
    [{ auth: { mode: "open" } }, /auth\.mode is "open"; allowed is none, jwt/],
    [{ auth: { mode: "none" } }, /auth\.scopes is missing/],
    [
      { auth: AUTH, timers: { presenceGraceMs: "5s" } },
      /timers\.presenceGraceMs is "5s"; allowed is a whole number from 0 to 2147483647/,
    ],
    [{ auth: AUTH, timers: { presenceGrace: 5 } }, /timers\.presenceGrace is not a setting/],
    [
      { auth: AUTH, limits: { pages: 0 } },
      /limits\.pages is 0; allowed is a whole number from 1 to 10000/,
    ],
    [{ auth: AUTH, limits: [] }, /limits is \[\]; allowed is a mapping/],
    [{ auth: AUTH, events: { "a b": "orders" } }, /events has the name "a b"; allowed is/],
    [{ auth: AUTH, events: { a: "b c" } }, /events\.a is "b c"; allowed is a text like/],
    [{ auth: AUTH, tls: { certFile: "a" } }, /tls\.keyFile is missing/],
    [{ auth: AUTH, origins: "x" }, /origins is "x"; allowed is a list or a mapping/],
    [{ auth: AUTH, origins: { a: "x" } }, /origins\.a is "x"; allowed is a list/],
    [{ auth: AUTH, origins: ["a.example/b"] }, /origins holds "a\.example\/b"; allowed is scheme/],
    [
      { auth: AUTH, origins: { a: [], b: [] } },
      /environment is missing; origins has a list for each of a, b/,
    ],
    [
      { auth: AUTH, origins: { a: [], b: [] }, environment: "c" },
      /environment is "c"; origins has a list for a, b/,
    ],
    [{ auth: AUTH, clientEvents: ["a b"] }, /clientEvents\.0 is "a b"; allowed is a text like/],
    [{ auth: AUTH, messageLimits: { a: {} } }, /messageLimits\.a\.perMinute is missing/],
    [
      { auth: AUTH, messageLimits: { a: { perMinute: 1 } } },
      /messageLimits\.a is for "a", which is none of clientEvents/,
    ],
    [
      {
        auth: AUTH,
        clientEvents: ["a"],
        messageLimits: { a: { perMinute: 1 }, b: { perMinute: 1, events: ["a"] } },
      },
      /messageLimits\.b is for "a", as messageLimits\.a is already/,
    ],
    [
      { auth: AUTH, clientEvents: ["a"], messageLimits: { a: { perMinute: -1 } } },
      /messageLimits\.a\.perMinute is -1; allowed is a whole number from 0 to 1000000/,
    ],
    [{ auth: AUTH, logLevel: "loud" }, /logLevel is "loud"; allowed is silent, error/],
    [
      { auth: { mode: "jwt", algorithm: "ES256", jwksUrl: "https://a:planted@b/" } },
      /auth\.jwksUrl holds a password/,
    ],
    [
      { auth: { mode: "jwt", algorithm: "ES256", jwksUrl: "file:///etc/planted" } },
      /auth\.jwksUrl is not an address; allowed is one with http or https/,
    ],
    [
      { auth: AUTH, tls: { certFile: "none.pem", keyFile: "none.pem" } },
      /tls\.certFile cannot be read/,
    ],
    [
      { auth: AUTH, apiKey: "planted" },
      /apiKey is wrong; allowed is a text of 8 to 256 characters/,
    ],
    [
      { auth: { mode: "jwt", secret: "planted" } },
      /auth\.secret is too short; allowed is at least 32/,
    ],
    [{ auth: { mode: "jwt", secret: ["planted"] } }, /auth\.secret is wrong; allowed is a text/],
    [{ auth: AUTH, webhook: {} }, /webhook\.url is missing/],
    [{ auth: AUTH, webhook: "http://a:planted@b" }, /webhook is wrong; allowed is a mapping/],
    [{ auth: ["planted"] }, /auth is wrong; allowed is a mapping/],
    [{ auth: AUTH, webhook: { url: "ftp://a:planted@b" } }, /webhook\.url is not an address/],
    [{ auth: AUTH, webhook: { url: "http://a:planted@b" } }, /webhook\.url holds a password/],
    [
      { auth: AUTH, webhook: { url: "http://b", key: "planted" } },
      /webhook\.key is wrong; allowed is a text of 8 to 256 characters/,
    ],
    [
      { auth: AUTH, webhook: { url: "http://b", restMs: 1 } },
      /webhook\.restMs is 1; allowed is a whole number from 50 to 600000/,
    ],
    [{ auth: AUTH, port: 70_000 }, /port is 70000; allowed is a whole number from 0 to 65535/],
    [{ auth: AUTH, transport: "tcp" }, /transport is "tcp"; allowed is auto, uws, ws/],
  ])("%j is told in one line, without secrets, and ends 2", async (settings, says) => {
    const { code, out, err } = await printed("--config", file(settings));
    expect(err).toMatch(says);
    expect(err).toMatch(/^latido: \S+\.yaml: /); // where it came from
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).not.toContain("planted");
    expect(out).toBe("");
    expect(code).toBe(2);
  });

  it("prints what it would run with: file over defaults, flags over the file, secrets masked", async () => {
    const secret = "planted-secret-of-more-than-thirty-two-bytes";
    const settings = {
      port: 1,
      auth: { mode: "jwt", secret },
      apiKey: "planted-key",
      timers: { presenceGraceMs: 7 },
      webhook: { url: "http://127.0.0.1:2/", key: "planted-key" },
    };
    const { code, out } = await printed("--config", file(settings), "--port", "2");
    expect(JSON.parse(out)).toMatchObject({
      settings: {
        port: 2,
        auth: { mode: "jwt", secret: "***" },
        apiKey: "***",
        sessionPolicy: "replace",
        timers: { presenceGraceMs: 7, leaseMs: 6_000 },
        origins: [],
        webhook: { url: "http://127.0.0.1:2/", key: "***" },
      },
    });
    expect(out).not.toContain("planted");
    expect(code).toBe(0);
  });

  it("takes the file from LATIDO_CONFIG, and serves the demo without any", async () => {
    process.env.LATIDO_CONFIG = file({ auth: AUTH, port: 17 });
    try {
      expect(JSON.parse((await printed()).out)).toMatchObject({ settings: { port: 17 } });
    } finally {
      delete process.env.LATIDO_CONFIG;
    }
    expect(JSON.parse((await printed()).out)).toMatchObject({
      settings: { port: 3_000, host: "127.0.0.1", events: DEMO.events },
    });
  });

  it.each([...loadProfiles().values()].map((profile) => [profile.name, profile] as const))(
    "takes the settings of the conformance profile %s",
    async (_name, profile) => {
      expect(await printed("--config", file(givenSettings(profile)))).toMatchObject({
        code: 0,
        err: "",
      });
    },
  );

  it("prints the JSON Schema of the file", async () => {
    const { code, out } = await printed("--print-config-schema");
    expect(JSON.parse(out)).toMatchObject({ title: "LatidoServerSettings", required: ["auth"] });
    expect(code).toBe(0);
  });
});

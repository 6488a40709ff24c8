import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import type { ServerOptions } from "../server/index.js";
import { run } from "./program.js";
import { allSettings } from "./setting.js";
import { settingsSchema } from "./settings-schema.js";

const folder = mkdtempSync(join(tmpdir(), "latido-sources-"));
const SECRET = "planted-secret-of-more-than-thirty-two-bytes";
let files = 0;

function file(settings: unknown): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, typeof settings === "string" ? settings : stringify(settings));
  return path;
}

interface Printed {
  readonly settings: Record<string, unknown>;
  readonly sources: Record<string, string>;
}

async function serve(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly err: string; readonly out: string }> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  let out = "";
  let err = "";
  process.exitCode = 0;
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await run(["serve", "--print-config", ...args], terminal);
  vi.unstubAllEnvs();
  return { code, err, out };
}

async function printed(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Printed> {
  const { code, err, out } = await serve(environment, ...args);
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as Printed;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the environment", () => {
  it("names every setting once", () => {
    const variables = allSettings().map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toEqual(
      expect.arrayContaining([
        "LATIDO_PORT",
        "LATIDO_API_KEY",
        "LATIDO_AUTH_SECRET",
        "LATIDO_AUTH_JWKS_URL",
        "LATIDO_TLS_CERT_FILE",
        "LATIDO_LIMITS_MESSAGES_PER_MINUTE",
        "LATIDO_LIMITS_CONNECTIONS_PER_MINUTE_PER_ADDRESS",
        "LATIDO_TIMERS_HEARTBEAT_INTERVAL_MS",
        "LATIDO_WEBHOOK_KEY",
      ]),
    );
  });

  it("reaches whatever an embedding program can set, but for functions and objects", () => {
    const reach: Readonly<Record<keyof ServerOptions, "setting" | "code">> = {
      port: "setting",
      host: "setting",
      transport: "setting",
      tls: "setting",
      closeWaitMs: "setting",
      auth: "setting",
      events: "setting",
      clientEvents: "setting",
      contract: "setting",
      sessionPolicy: "setting",
      timers: "setting",
      limits: "setting",
      messageLimits: "setting",
      origins: "setting",
      environment: "setting",
      trustedAddresses: "setting",
      apiKey: "setting",
      congestedBytes: "setting",
      webhook: "setting",
      store: "code",
      logger: "code",
      clock: "code",
      uuid: "code",
      onMessage: "code",
      onSession: "code",
      loadUws: "code",
    };
    const { properties } = settingsSchema() as { readonly properties: object };
    const reached = Object.entries(reach).flatMap(([name, how]) => (how === "setting" ? name : []));
    expect(Object.keys(properties).sort()).toEqual([...reached, "logLevel"].sort());
  });

  it("gives numbers, lists, mappings and texts", async () => {
    const { settings } = await printed({
      LATIDO_PORT: "8080",
      LATIDO_AUTH_MODE: "none",
      LATIDO_AUTH_SCOPES: '[{"place":"a"},{"place":"b"}]',
      LATIDO_AUTH_MODULES: "orders, chat",
      LATIDO_EVENTS: '{"order_created":"orders","chat_message":"chat"}',
      LATIDO_CLIENT_EVENTS: "chat_message",
      LATIDO_MESSAGE_LIMITS: '{"chat_message":{"perMinute":30}}',
      LATIDO_ORIGINS: "https://a.example,https://B.example:443",
      LATIDO_TRUSTED_ADDRESSES: "[]",
      LATIDO_LIMITS_PAGES: "3",
      LATIDO_LOG_LEVEL: "info",
      LATIDO_HOST: "",
    });
    expect(settings).toMatchObject({
      port: 8080,
      host: "127.0.0.1",
      auth: { mode: "none", scopes: [{ place: "a" }, { place: "b" }], modules: ["orders", "chat"] },
      events: { order_created: "orders", chat_message: "chat" },
      clientEvents: ["chat_message"],
      messageLimits: { chat_message: { perMinute: 30 } },
      origins: ["https://a.example", "https://b.example"],
      trustedAddresses: [],
      limits: { pages: 3 },
      logLevel: "info",
    });
  });

  it("takes one list of origins of several by the environment's name", async () => {
    const config = file({
      auth: { mode: "none", scopes: [], modules: [] },
      origins: { development: ["*"], production: ["https://app.example"] },
    });
    const { settings } = await printed({ LATIDO_ENVIRONMENT: "production" }, "--config", config);
    expect(settings.origins).toEqual(["https://app.example"]);
  });

  it.each<readonly [Readonly<Record<string, string>>, RegExp]>([
    [{ LATIDO_PRT: "1" }, /^latido: LATIDO_PRT is not a setting; the nearest is LATIDO_PORT\n$/],
    [
      { LATIDO_LIMITS_MESSAGE_PER_MINUTE: "1" },
      /the nearest is LATIDO_LIMITS_MESSAGES_PER_MINUTE\n$/,
    ],
    [
      { LATIDO_PORT: "http" },
      /^latido: LATIDO_PORT: port is "http"; allowed is a whole number from 0 to 65535\n$/,
    ],
    [
      { LATIDO_LIMITS_PAGES: "0" },
      /^latido: LATIDO_LIMITS_PAGES: limits\.pages is 0; allowed is a whole number from 1 to 10000\n$/,
    ],
    [
      { LATIDO_TRANSPORT: "tcp" },
      /^latido: LATIDO_TRANSPORT: transport is "tcp"; allowed is auto, uws, ws\n$/,
    ],
    [{ LATIDO_EVENTS: "{orders" }, /^latido: LATIDO_EVENTS: events begins as JSON and is none/],
    [{ LATIDO_EVENTS: "orders" }, /^latido: LATIDO_EVENTS: events is "orders"; allowed is a mapp/],
    [
      { LATIDO_AUTH_MODE: "jwt", LATIDO_AUTH_SECRET: "planted" },
      /^latido: LATIDO_AUTH_SECRET: auth\.secret is too short; allowed is at least 32 bytes\n$/,
    ],
    [
      { LATIDO_AUTH_MODE: "jwt" },
      /^latido: LATIDO_AUTH_MODE: auth needs exactly one of secret, publicKeyFile/,
    ],
    [{ LATIDO_API_KEY: "planted" }, /^latido: LATIDO_API_KEY: apiKey is wrong; allowed is a text/],
    [{ LATIDO_WEBHOOK_KEY: "planted-key" }, /^latido: LATIDO_WEBHOOK_KEY: webhook\.url is missing/],
    [
      { LATIDO_WEBHOOK_URL: "http://me:planted@there" },
      /^latido: LATIDO_WEBHOOK_URL: webhook\.url holds a password/,
    ],
    [
      { LATIDO_CONGESTED_BYTES: "1" },
      /^latido: LATIDO_CONGESTED_BYTES: congestedBytes is 1; allowed/,
    ],
  ])("%j is told in one line and ends 2", async (environment, says) => {
    const { code, err, out } = await serve(environment);
    expect(err).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).not.toContain("planted");
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});

describe("precedence", () => {
  it("is flags, environment, file, defaults; and the print says which it was", async () => {
    const config = file({
      auth: { mode: "none", scopes: [], modules: [] },
      port: 1,
      host: "::1",
      closeWaitMs: 1,
      limits: { pages: 1, pageEvents: 1 },
    });
    const { settings, sources } = await printed(
      { LATIDO_PORT: "2", LATIDO_HOST: "127.0.0.2", LATIDO_LIMITS_PAGES: "2" },
      "--config",
      config,
      "--port",
      "3",
      "--set",
      "limits.pages=3",
    );
    expect(settings).toMatchObject({
      port: 3,
      host: "127.0.0.2",
      closeWaitMs: 1,
      limits: { pages: 3, pageEvents: 1, ackMaxPending: 100 },
    });
    expect(sources).toMatchObject({
      port: "--port",
      host: "LATIDO_HOST",
      closeWaitMs: config,
      transport: "default",
      "limits.pages": "--set limits.pages",
      "limits.pageEvents": config,
      "limits.ackMaxPending": "default",
    });
    expect(Object.keys(sources)).toContain("timers.leaseMs");
  });

  it("puts the demo in the place of a file, and lets a token take its place", async () => {
    const demo = await printed({});
    expect(demo.sources).toMatchObject({ "auth.mode": "the demo", events: "the demo" });
    const { settings } = await printed({ LATIDO_AUTH_MODE: "jwt", LATIDO_AUTH_SECRET: SECRET });
    expect(settings.auth).toEqual({ mode: "jwt", secret: "***" });
    expect(settings.origins).toEqual([]);
  });

  it.each<readonly [readonly string[], RegExp]>([
    [["--port", "http"], /^latido: --port: port is "http"; allowed is a whole number from 0/],
    [["--set", "limits.pages=0"], /^latido: --set limits\.pages: limits\.pages is 0; allowed/],
    [
      ["--set", "limits.page=1"],
      /^latido: --set: limits\.page is not a setting; the nearest is limits\.pages\n/,
    ],
    [["--set", "port"], /^latido: --set port: give it as name=value/],
    [["--set", "apiKey=planted-key"], /^latido: --set apiKey: a secret would show/],
  ])("%j is told in one line and ends 2", async (args, says) => {
    const { code, err } = await serve({}, ...args);
    expect(err).toMatch(says);
    expect(err).not.toContain("planted");
    expect(code).toBe(2);
  });

  it("a file names others from its own folder, a variable and a flag from where the server is started", async () => {
    const auth = { mode: "jwt", algorithm: "ES256", jwksFile: "../none.json" };
    const config = file({ auth, contract: "events.yaml" });
    expect((await serve({}, "--config", config)).err).toBe(
      `latido: contract names no file: ${join(folder, "events.yaml")}; \`latido init contract ${join(folder, "events.yaml")}\` writes one\n`,
    );
    const { err } = await serve({ LATIDO_CONTRACT: "a.yaml" }, "--config", config);
    expect(err).toContain("contract names no file: a.yaml;");
    const given = await serve({}, "--config", config, "--contract", "b.yaml");
    expect(given.err).toContain("contract names no file: b.yaml;");
    const keys = await serve({}, "--config", file({ auth }));
    expect(keys.err).toContain(
      `auth.jwksFile cannot be read from ${join(folder, "../none.json")}\n`,
    );
  });

  it("says why a file cannot be read", async () => {
    const { code, err } = await serve({}, "--config", join(folder, "none.yaml"));
    expect(err).toMatch(/^latido: cannot read the settings in \S+: there is no such file/);
    expect(code).toBe(2);
  });

  it.each([
    ["apiKey: planted: [", /Nested mappings are not allowed .* at line 1, column 9$/],
    ["apiKey: *planted-key", /Unresolved alias \(the anchor must be set before the alias\)$/],
    ["apiKey: !planted key", /Unresolved tag at line 1, column 9$/],
    ["apiKey: !e!planted key", /Could not resolve tag at line 1, column 9$/],
    ["apiKey: |planted\n  x", /Block scalar header .* characters at line 1, column 10$/],
    ["%planted key\n---\nport: 1", /Unknown directive at line 1, column 1$/],
  ])("shows nothing of the file %j but the place of its fault", async (text, says) => {
    const warned = vi.spyOn(process, "emitWarning");
    const { code, err } = await serve({}, "--config", file(`${text}\n`));
    expect(err).toMatch(/^latido: cannot read the settings in \S+: /);
    expect(err.trimEnd()).toMatch(says);
    expect(err).not.toContain("planted");
    expect(warned).not.toHaveBeenCalled();
    expect(code).toBe(2);
  });
});

describe("--print-config", () => {
  it("hides secrets, wherever they came from", async () => {
    const { settings } = await printed({
      LATIDO_AUTH_MODE: "jwt",
      LATIDO_AUTH_ALGORITHM: "ES256",
      LATIDO_AUTH_JWKS_URL: "https://keys.example/set?token=planted",
      LATIDO_API_KEY: "planted-key",
      LATIDO_WEBHOOK_URL: "https://app.example/hook?token=planted",
      LATIDO_WEBHOOK_KEY: "planted-key",
    });
    expect(settings).toMatchObject({
      auth: { jwksUrl: "https://keys.example/set?***" },
      apiKey: "***",
      webhook: { url: "https://app.example/hook?***", key: "***" },
    });
    expect(JSON.stringify(settings)).not.toContain("planted");
  });
});

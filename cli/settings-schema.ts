import { LIMITS, TIMERS, type Bounded } from "../generated/typescript/tables.js";
import { TIMER_MINIMA } from "../server/config.js";
import { WEBHOOK_BOUNDS } from "../server/messages/webhook-options.js";
import { EVENT_NAME, MODULE_NAME } from "../server/scope-rule.js";

const TEXT = { type: "string", minLength: 1 } as const;
const TEXTS = { type: "array", items: TEXT } as const;

function wholeNumbers(
  table: Readonly<Record<string, Bounded>>,
  minima: Readonly<Record<string, number>> = {},
): object {
  const rows = Object.entries(table).map(([name, { default: usual, min = 0, max }]) => {
    const bounds = { minimum: minima[name] ?? min, ...(max === undefined ? {} : { maximum: max }) };
    return [name, { type: "integer", ...bounds, default: usual }] as const;
  });
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(rows) };
}

const AUTH = {
  type: "object",
  additionalProperties: false,
  required: ["mode"],
  properties: {
    mode: { enum: ["none", "jwt"] },
    scopes: { type: "array", items: { type: "object", additionalProperties: TEXT } },
    modules: { type: "array", items: { type: "string", pattern: MODULE_NAME.source } },
    algorithm: { enum: ["HS256", "RS256", "ES256", "EdDSA"], default: "HS256" },
    secret: TEXT,
    publicKeyFile: TEXT,
    jwksFile: TEXT,
    jwksUrl: TEXT,
    issuer: TEXT,
    audience: TEXT,
    clockToleranceSeconds: { type: "number", minimum: 0, maximum: 3600, default: 0 },
  },
} as const;

function wholeNumber({ min, max }: { readonly min: number; readonly max: number }): object {
  return { type: "integer", minimum: min, maximum: max };
}

/** What its address may be is said when the server starts, so that no password in it is shown. */
const WEBHOOK = {
  type: "object",
  additionalProperties: false,
  required: ["url"],
  properties: {
    url: TEXT,
    key: { type: "string", minLength: 8, maxLength: 256 },
    timeoutMs: wholeNumber(WEBHOOK_BOUNDS.timeoutMs),
    failures: wholeNumber(WEBHOOK_BOUNDS.failures),
    restMs: wholeNumber(WEBHOOK_BOUNDS.restMs),
  },
} as const;

/**
 * JSON Schema of a settings file: shapes, names and bounds. What depends on two settings at once is
 * checked when the server starts.
 */
export function settingsSchema(): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "LatidoServerSettings",
    description: "Settings of `latido serve --config`, YAML or JSON. Times are milliseconds.",
    type: "object",
    additionalProperties: false,
    required: ["auth"],
    properties: {
      port: { type: "integer", minimum: 0, maximum: 65_535, default: 3_000 },
      host: TEXT,
      transport: { enum: ["auto", "uws", "ws"], default: "auto" },
      tls: {
        type: "object",
        additionalProperties: false,
        required: ["certFile", "keyFile"],
        properties: { certFile: TEXT, keyFile: TEXT },
      },
      closeWaitMs: { type: "integer", minimum: 0, maximum: 600_000, default: 2_000 },
      auth: AUTH,
      events: {
        type: "object",
        propertyNames: { pattern: EVENT_NAME.source },
        additionalProperties: { type: "string", pattern: MODULE_NAME.source },
      },
      sessionPolicy: { enum: ["replace", "reject", "allow"], default: "replace" },
      timers: wholeNumbers(TIMERS, TIMER_MINIMA),
      limits: wholeNumbers(LIMITS),
      origins: TEXTS,
      trustedAddresses: TEXTS,
      apiKey: { type: "string", minLength: 8, maxLength: 256 },
      congestedBytes: { type: "integer", minimum: 16_384, maximum: 16_777_216 },
      webhook: WEBHOOK,
    },
  };
}

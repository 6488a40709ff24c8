import { LIMITS, TIMERS, type Bounded } from "../generated/typescript/tables.js";
import { TIMER_MINIMA } from "../server/config.js";
import { PER_MINUTE } from "../server/message-limits.js";
import { WEBHOOK_NUMBERS } from "../server/messages/webhook-options.js";
import { EVENT_NAME, MODULE_NAME } from "../server/scope-rule.js";
import { SERVER_NUMBERS } from "../server/server-numbers.js";

const TEXT = { type: "string", minLength: 1 } as const;
const TEXTS = { type: "array", items: TEXT } as const;
const EVENTS = { type: "array", items: { type: "string", pattern: EVENT_NAME.source } } as const;
const KEY = { type: "string", minLength: 8, maxLength: 256 } as const;

function wholeNumber({ default: usual, min = 0, max }: Partial<Bounded>): object {
  return {
    type: "integer",
    minimum: min,
    ...(max === undefined ? {} : { maximum: max }),
    ...(usual === undefined ? {} : { default: usual }),
  };
}

function wholeNumbers(
  table: Readonly<Record<string, Bounded>>,
  minima: Readonly<Record<string, number>> = {},
): object {
  const rows = Object.entries(table).map(([name, bounds]) => {
    const { min = 0 } = bounds;
    return [name, wholeNumber({ ...bounds, min: minima[name] ?? min })] as const;
  });
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(rows) };
}

function said<T extends object>(description: string, schema: T): T & { description: string } {
  return { ...schema, description };
}

const AUTH = {
  type: "object",
  additionalProperties: false,
  required: ["mode"],
  properties: {
    mode: said("Who may connect: anybody by any name, or whoever has a signed token.", {
      enum: ["none", "jwt"],
    }),
    scopes: said("Mode none: the scopes of every session.", {
      type: "array",
      items: { type: "object", additionalProperties: TEXT },
    }),
    modules: said("Mode none: the modules of every session.", {
      type: "array",
      items: { type: "string", pattern: MODULE_NAME.source },
    }),
    algorithm: said("Mode jwt: the one algorithm that is accepted.", {
      enum: ["HS256", "RS256", "ES256", "EdDSA"],
      default: "HS256",
    }),
    secret: said("Key of HS256, at least 32 bytes.", TEXT),
    publicKeyFile: said("PEM file (SPKI) with the public key of RS256, ES256 or EdDSA.", TEXT),
    jwksFile: said("File with a JSON Web Key Set, read at the start.", TEXT),
    jwksUrl: said("Address of a JSON Web Key Set, fetched when needed and kept 10 minutes.", TEXT),
    issuer: said("What the claim `iss` must be.", TEXT),
    audience: said("What the claim `aud` must be or hold.", TEXT),
    clockToleranceSeconds: said("How far the clocks of issuer and server may differ.", {
      type: "number",
      minimum: 0,
      maximum: 3600,
      default: 0,
    }),
  },
} as const;

/** What its address may be is said when the server starts, so that no password in it is shown. */
const WEBHOOK = {
  type: "object",
  additionalProperties: false,
  required: ["url"],
  properties: {
    url: said("Address that each client message is posted to, http or https.", TEXT),
    key: said("Sent to it as `Authorization: Bearer`.", KEY),
    timeoutMs: said("How long the application may take.", wholeNumber(WEBHOOK_NUMBERS.timeoutMs)),
    failures: said(
      "So many failures in a row open the circuit.",
      wholeNumber(WEBHOOK_NUMBERS.failures),
    ),
    restMs: said(
      "Rest of an open circuit before one message tries again.",
      wholeNumber(WEBHOOK_NUMBERS.restMs),
    ),
  },
} as const;

const MESSAGE_LIMITS = {
  type: "object",
  propertyNames: { pattern: EVENT_NAME.source },
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    required: ["perMinute"],
    properties: { perMinute: wholeNumber(PER_MINUTE), events: { ...EVENTS, minItems: 1 } },
  },
} as const;

/**
 * JSON Schema of the settings, whether they come from a file, from the environment or from flags: shapes,
 * names and bounds. What depends on two settings at once is checked when the server starts.
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
      port: said("Port to listen on, 0 for a free one.", wholeNumber(SERVER_NUMBERS.port)),
      host: said("Address to bind. Default: this machine alone.", TEXT),
      transport: said("`auto` takes uws where its binary loads, else ws.", {
        enum: ["auto", "uws", "ws"],
        default: "auto",
      }),
      tls: {
        type: "object",
        additionalProperties: false,
        required: ["certFile", "keyFile"],
        properties: {
          certFile: said("PEM file with the certificate and those that vouch for it.", TEXT),
          keyFile: said("PEM file with its private key, without a passphrase.", TEXT),
        },
      },
      closeWaitMs: said(
        "How long a stop waits for clients to leave.",
        wholeNumber(SERVER_NUMBERS.closeWaitMs),
      ),
      logLevel: said("What is logged on standard error, as JSON lines.", {
        enum: ["silent", "error", "warn", "info", "debug"],
        default: "warn",
      }),
      environment: said("Which of several lists of origins holds here.", TEXT),
      origins: said(
        "Origins of the pages that may connect and use HTTP, or a list for each environment. `*` is any. Default: any in mode none, none in mode jwt.",
        { type: ["array", "object"], items: TEXT, additionalProperties: TEXTS },
      ),
      auth: AUTH,
      events: said("Event name to module. Other events are refused.", {
        type: "object",
        propertyNames: { pattern: EVENT_NAME.source },
        additionalProperties: { type: "string", pattern: MODULE_NAME.source },
      }),
      clientEvents: said("Events that clients may send. Default: all of `events`.", EVENTS),
      contract: said(
        "AsyncAPI document of the application's events, in place of `events` and `clientEvents`.",
        TEXT,
      ),
      sessionPolicy: said("Which of a user's sessions stays.", {
        enum: ["replace", "reject", "allow"],
        default: "replace",
      }),
      messageLimits: said(
        "Limits of kinds of messages beside `limits.messagesPerMinute`: the name of an event, or of a class that lists `events`, to `perMinute`.",
        MESSAGE_LIMITS,
      ),
      trustedAddresses: said("Addresses without a limit of connections. Default: loopback.", TEXTS),
      apiKey: said("What /v1/ requests carry. Without one only this machine may use /v1/.", KEY),
      congestedBytes: said(
        "Unsent bytes at which a session's live delivery pauses.",
        wholeNumber(SERVER_NUMBERS.congestedBytes),
      ),
      webhook: WEBHOOK,
      timers: wholeNumbers(TIMERS, TIMER_MINIMA),
      limits: wholeNumbers(LIMITS),
    },
  };
}

import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import { parse } from "yaml";
import { jwtAuthenticator } from "../server/auth-jwt.js";
import { validateOptions } from "../server/config.js";
import type { ServerOptions } from "../server/index.js";
import { checkedWebhook } from "../server/messages/webhook-options.js";
import { settingsSchema } from "./settings-schema.js";
import { UsageError } from "./usage-error.js";

/** Settings whose value is never shown. */
const SECRETS: readonly string[] = ["apiKey", "auth.secret", "webhook.key", "webhook.url"];
const MASK = "***";

/**
 * Reads a settings file, YAML or JSON.
 * @throws UsageError that names the file, the setting, what is wrong and what is allowed
 */
export function readSettings(file: string): ServerOptions {
  let settings: unknown;
  try {
    settings = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read the settings in ${file}: ${(error as Error).message}`);
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
    throw new UsageError(`${file} must hold one mapping of settings, for example \`port: 3000\``);
  }
  const validate = new Ajv({ strict: false, verbose: true }).compile(settingsSchema());
  if (validate(settings)) return settings as ServerOptions;
  throw new UsageError(`${file}: ${faultOf(validate.errors?.[0])}`);
}

function faultOf(error: ErrorObject | undefined): string {
  if (!error) return "the settings are wrong";
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const within = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const schema: Bounds = (error.parentSchema as Bounds | undefined) ?? {};
  const names = Object.keys(schema.properties ?? {});
  switch (error.keyword) {
    case "additionalProperties":
      return `${within(String(error.params.additionalProperty))} is not a setting; ${path || "there"} may hold ${names.join(", ")}`;
    case "required":
      return `${within(String(error.params.missingProperty))} is missing`;
    case "pattern":
      if (error.propertyName === undefined) break;
      return `${path} has the name ${JSON.stringify(error.propertyName)}; allowed is ${String(error.params.pattern)}`;
    case "propertyNames":
      return `${path} has the name ${JSON.stringify(error.params.propertyName)}, which is not allowed`;
  }
  const value = SECRETS.includes(path) ? "wrong" : JSON.stringify(error.data);
  return `${path} is ${value}; allowed is ${allowed(schema)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a mapping",
  string: "a text",
  number: "a number",
  integer: "a whole number",
};

/** The part of a schema that says what a value may be. */
interface Bounds {
  readonly type?: string;
  readonly properties?: object;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

function allowed({ type = "", enum: values, pattern, ...bounds }: Bounds): string {
  if (values) return values.join(", ");
  if (pattern !== undefined) return `a text like ${pattern}`;
  const kind = KINDS[type] ?? type;
  const { minimum, maximum, minLength, maxLength } = bounds;
  if (minimum !== undefined) {
    return maximum === undefined
      ? `${kind} of at least ${minimum}`
      : `${kind} from ${minimum} to ${maximum}`;
  }
  if (minLength === undefined) return kind;
  return maxLength === undefined
    ? `${kind} that is not empty`
    : `${kind} of ${minLength} to ${maxLength} characters`;
}

/**
 * What the server would run with, defaults included, as JSON. Keys and secrets are masked.
 * @throws UsageError as the server would
 */
export function effectiveSettings(options: ServerOptions): string {
  const { port = 3000, host, transport = "auto", tls, closeWaitMs = 2_000 } = options;
  const webhook = options.webhook && checkedWebhook(options.webhook);
  const settings = validateOptions(options);
  const { auth, apiKey, events } = settings;
  if (auth.mode === "jwt") jwtAuthenticator(auth);
  const shown = {
    port,
    host,
    transport,
    tls,
    closeWaitMs,
    ...settings,
    auth: auth.mode === "jwt" && auth.secret !== undefined ? { ...auth, secret: MASK } : auth,
    apiKey: apiKey === undefined ? undefined : MASK,
    events: Object.fromEntries(events),
    webhook: webhook?.key === undefined ? webhook : { ...webhook, key: MASK },
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

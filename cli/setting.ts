import { settingsSchema } from "./settings-schema.js";

/** The part of a JSON Schema that says what a value may be. */
export interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly default?: string | number;
  readonly description?: string;
}

/** One setting that can be given by itself. */
export interface Setting {
  /** Its place in a settings file, for example `limits.messagesPerMinute`. */
  readonly path: string;
  /** Its name in the environment, for example `LATIDO_LIMITS_MESSAGES_PER_MINUTE`. */
  readonly variable: string;
  readonly schema: ValueSchema;
}

/** Settings whose value is never shown. */
const SECRETS: readonly string[] = ["apiKey", "auth.secret", "webhook.key"];

/** Settings that may carry a password, and are shown without it. */
const ADDRESSES: readonly string[] = ["auth.jwksUrl", "webhook.url"];

/** Settings that name a file of this machine. */
export const FILES: readonly string[] = [
  "contract",
  "auth.publicKeyFile",
  "auth.jwksFile",
  "tls.certFile",
  "tls.keyFile",
];

/** True for a setting whose value must not stand in an error, a list of processes or a print. */
export function isSecret(path: string): boolean {
  return SECRETS.includes(path);
}

/** True for a setting whose value may hold a secret, and for a group that has such a setting. */
export function mayHoldSecret(path: string): boolean {
  return [...SECRETS, ...ADDRESSES].some((one) => one === path || one.startsWith(`${path}.`));
}

/** Every setting, in the order of the schema. */
export function allSettings(): readonly Setting[] {
  return [...within("", settingsSchema())];
}

function* within(path: string, schema: ValueSchema): Generator<Setting> {
  if (schema.properties === undefined) {
    yield { path, variable: variableOf(path), schema };
    return;
  }
  for (const [name, inner] of Object.entries(schema.properties)) {
    yield* within(path === "" ? name : `${path}.${name}`, inner);
  }
}

function variableOf(path: string): string {
  const words = path.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(".", "_");
  return `LATIDO_${words.toUpperCase()}`;
}

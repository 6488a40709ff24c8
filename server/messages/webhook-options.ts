import { within } from "../bounds.js";
import { UsageError } from "../usage-error.js";
import type { WebhookOptions } from "./webhook.js";

/** Bounds of its numbers. */
export const WEBHOOK_BOUNDS = {
  timeoutMs: { min: 50, max: 60_000 },
  failures: { min: 1, max: 1_000 },
  restMs: { min: 50, max: 600_000 },
} as const;
const NAMES = ["url", "key", ...Object.keys(WEBHOOK_BOUNDS)];

/**
 * Checks the settings of a webhook.
 * @throws UsageError that names the setting, what is wrong and what is allowed
 */
export function checkedWebhook(options: WebhookOptions): WebhookOptions {
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`webhook.${unknown} is not a setting`);
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError("webhook.url is not an address; allowed is one with http or https");
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("webhook.url holds a password; give it as webhook.key");
  }
  const { key } = options;
  if (key !== undefined && (typeof key !== "string" || key.length < 8 || key.length > 256)) {
    throw new UsageError("webhook.key has a wrong length; allowed is 8 to 256 characters");
  }
  for (const name of ["timeoutMs", "failures", "restMs"] as const) {
    const value = options[name];
    if (value !== undefined) within(`webhook.${name}`, value, WEBHOOK_BOUNDS[name]);
  }
  return options;
}

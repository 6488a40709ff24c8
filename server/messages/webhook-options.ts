import { withinOrDefault } from "../bounds.js";
import { UsageError } from "../usage-error.js";
import type { WebhookOptions } from "./webhook.js";

/** Bounds and defaults of its numbers; WebhookOptions says what they mean. */
export const WEBHOOK_NUMBERS = {
  timeoutMs: { default: 5_000, min: 50, max: 60_000 },
  failures: { default: 5, min: 1, max: 1_000 },
  restMs: { default: 5_000, min: 50, max: 600_000 },
} as const;
const NAMES = ["url", "key", ...Object.keys(WEBHOOK_NUMBERS)];

/** Settings of a webhook with nothing left open. */
export type CheckedWebhook = WebhookOptions &
  Readonly<Record<keyof typeof WEBHOOK_NUMBERS, number>>;

/**
 * Checks the settings of a webhook and fills in the defaults.
 * @throws UsageError that names the setting, what is wrong and what is allowed
 */
export function checkedWebhook(options: WebhookOptions): CheckedWebhook {
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
  const number = (name: keyof typeof WEBHOOK_NUMBERS): number =>
    withinOrDefault(`webhook.${name}`, options[name], WEBHOOK_NUMBERS[name]);
  return {
    ...options,
    timeoutMs: number("timeoutMs"),
    failures: number("failures"),
    restMs: number("restMs"),
  };
}

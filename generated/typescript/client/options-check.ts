import { LIMITS, PATTERNS, TIMERS } from "../tables.js";
import type { ClientOptions } from "./client-options.js";
import { UsageError } from "./errors.js";
import { MAX_WAIT_MS } from "./timers.js";
import { utf8Length } from "./utf8.js";

const SAFE_ID = new RegExp(PATTERNS.SafeId, "u");
const EVENT_NAME = new RegExp(PATTERNS.EventName, "u");
const UUID = new RegExp(PATTERNS.MessageId, "u");
const ID_RULE = "must be 1 to 128 of the characters A-Z a-z 0-9 _ . : -";

/** @throws UsageError that names the option and its bound. */
export function checkOptions(options: ClientOptions): void {
  checkUrl(options.url);
  if (!SAFE_ID.test(options.userId)) throw new UsageError(`userId ${ID_RULE}`);
  if (options.deviceId !== undefined && !SAFE_ID.test(options.deviceId)) {
    throw new UsageError(`deviceId ${ID_RULE}`);
  }
  checkWhole("heartbeatMs", options.heartbeatMs, MAX_WAIT_MS);
  checkWhole("connectTimeoutMs", options.connectTimeoutMs, TIMERS.connectTimeoutMs.max);
  checkWhole("outboxLimit", options.outboxLimit, LIMITS.outboxMessages.max);
  checkWhole("keptEventsLimit", options.keptEventsLimit, LIMITS.keptEvents.max);
}

function checkUrl(url: string): void {
  if (!URL.canParse(url) || !["ws:", "wss:"].includes(new URL(url).protocol)) {
    throw new UsageError("url must be an address that begins with ws:// or wss://");
  }
  if (new URL(url).hash !== "") throw new UsageError("url must not have a fragment (#)");
}

/** @throws UsageError unless the value is absent or whole and within 1 to `max`. */
export function checkWhole(name: string, value: number | undefined, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) return;
  throw new UsageError(`${name} must be a whole number from 1 to ${max}`);
}

/** @throws UsageError unless it is a name of an event. */
export function checkEventName(event: string): void {
  if (!EVENT_NAME.test(event)) throw new UsageError(`The event name ${ID_RULE}`);
}

/** @throws UsageError unless it is a UUID. */
export function checkMessageId(messageId: string): void {
  if (!UUID.test(messageId)) throw new UsageError("messageId must be a UUID of 36 characters");
}

/**
 * A value as it will travel; later changes of the original do not matter.
 * @throws UsageError when JSON cannot hold it.
 */
export function jsonCopy<Value>(what: string, value: Value): Value {
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (cause) {
    throw new UsageError(`${what} must be a JSON value`, { cause });
  }
  if (text === undefined)
    throw new UsageError(`${what} must be a JSON value; send null for nothing`);
  return JSON.parse(text) as Value;
}

/** JSON.stringify as it is: undefined for what JSON has no text for. */
function stringify(value: unknown): string | undefined {
  return JSON.stringify(value);
}

/** @throws UsageError when metadata is larger than a PRESENCE_UPDATE may carry. */
export function checkMetadata(metadata: unknown): void {
  const limit = LIMITS.presenceMetadataBytes.default;
  const bytes = utf8Length(JSON.stringify(metadata));
  if (bytes <= limit) return;
  throw new UsageError(`metadata takes ${bytes} bytes of JSON, at most ${limit} are allowed`);
}

/** @throws UsageError when a reason is longer than a DISCONNECT may carry. */
export function checkReason(reason: string | undefined): void {
  if (reason !== undefined && Array.from(reason).length > 256) {
    throw new UsageError("reason must be at most 256 characters");
  }
}

import type { StreamPosition } from "../messages.js";
import type { StoredMessage } from "./stored.js";

/** Whether a value from a store is a position. */
export function isStreamPosition(value: unknown): value is StreamPosition {
  if (!isRecord(value)) return false;
  const { stream, epoch, lastEventId } = value;
  if (typeof stream !== "string" || typeof epoch !== "string" || epoch === "") return false;
  return Number.isSafeInteger(lastEventId) && Number(lastEventId) >= 0;
}

/** Whether a value from a store is a message. */
export function isStoredMessage(value: unknown): value is StoredMessage {
  if (!isRecord(value) || !("payload" in value)) return false;
  const { messageId, event, scope, firstSentAt } = value;
  if (typeof messageId !== "string" || typeof event !== "string") return false;
  if (scope !== undefined && !isRecord(scope)) return false;
  return firstSentAt === undefined || Number.isFinite(firstSentAt);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

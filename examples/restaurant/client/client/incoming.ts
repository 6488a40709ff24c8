import type { Decoded, ErrorFrame, ServerFrame } from "../messages.js";
import type { ClientConnectionInput } from "../tables.js";
import { decodeServerFrame } from "../validators.js";
import type { Notice } from "./effects.js";

/** Stands where a server gave no time that could be read. */
const NO_TIMESTAMP = "unknown";

/** A text from the server as a frame; whatever is wrong with it is data (FRAME-27). */
export function decodeText(text: string): Decoded<ServerFrame> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "invalid", path: "", problem: "is not JSON" };
  }
  const decoded = decodeServerFrame(value);
  return decoded.kind === "invalid" ? decodeServerFrame(withTimestamps(value)) : decoded;
}

/** FRAME-3: a frame, or an event in it, is not refused for its timestamp, so a missing one is put in. */
function withTimestamps(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const frame = value as Readonly<Record<string, unknown>>;
  const { timestamp, events } = frame;
  const told = typeof timestamp === "string" && timestamp.length >= 1 && timestamp.length <= 64;
  return {
    ...frame,
    timestamp: told ? timestamp : NO_TIMESTAMP,
    ...(Array.isArray(events) ? { events: events.map(withTimestamps) } : {}),
  };
}

/** The input of the connection's lifecycle table that a frame is. */
export function inputOf(frame: ServerFrame): ClientConnectionInput {
  switch (frame.type) {
    case "CONNECT":
    case "DISCONNECT":
    case "ERROR":
    case "TOKEN_REFRESHED":
      return `frame:${frame.type}`;
    default:
      return "frame:other";
  }
}

/** What the application is told of an ERROR. */
export function serverError(frame: ErrorFrame): Notice {
  const { code, message, retryable, retryAfterMs, messageId, stream } = frame;
  return {
    kind: "server_error",
    code,
    message,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(stream === undefined ? {} : { stream }),
  };
}

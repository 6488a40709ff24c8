import type { Decoded, ErrorFrame, ServerFrame } from "../messages.js";
import type { ClientConnectionInput } from "../tables.js";
import { decodeServerFrame } from "../validators.js";
import type { Notice } from "./effects.js";

/** A text from the server as a frame; whatever is wrong with it is data (FRAME-27). */
export function decodeText(text: string): Decoded<ServerFrame> {
  try {
    return decodeServerFrame(JSON.parse(text));
  } catch {
    return { kind: "invalid", path: "", problem: "is not JSON" };
  }
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

import type { HttpErrorCode } from "../../generated/typescript/messages.js";
import type { HttpAnswer } from "../transports/transport.js";

export function json(status: number, body: unknown): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Every answer of 400 and above has this body. */
export function httpError(
  status: number,
  code: HttpErrorCode,
  message: string,
  path?: string,
): HttpAnswer {
  const error = path === undefined ? { code, message } : { code, message, path };
  return json(status, { error });
}

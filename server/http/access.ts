import { createHash, timingSafeEqual } from "node:crypto";
import { isLoopback, type Settings } from "../config.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";
import { httpError } from "./answers.js";

/** HTTP-4, HTTP-5: why a request may not use /v1/; undefined where it may. */
export function accessRefusal(request: HttpRequest, settings: Settings): HttpAnswer | undefined {
  const { apiKey } = settings;
  if (apiKey === undefined) {
    if (isLoopback(request.remoteAddress)) return undefined;
    return httpError(403, "forbidden", "without a configured apiKey only loopback may use /v1/");
  }
  const offered = offeredKey(request);
  if (offered !== undefined && isSame(offered, apiKey)) return undefined;
  return httpError(401, "unauthorized", "a valid API key is missing");
}

function offeredKey({ headers }: HttpRequest): string | undefined {
  const bearer = /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? "")?.[1];
  return bearer ?? headers["x-api-key"];
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

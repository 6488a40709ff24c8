import { isAllowedOrigin } from "../origins.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";

/** Headers that a page may send to /v1/. */
const REQUEST_HEADERS = "authorization, content-type, x-api-key";
/** How long a browser may remember what it was allowed, seconds. */
const MAX_AGE_SECONDS = "600";

/** True for a request that a page of a foreign origin makes; where no page makes it, nobody asks. */
export function isForeign({ headers }: HttpRequest, origins: readonly string[]): boolean {
  return !isAllowedOrigin(headers.origin, origins);
}

/** True for the question with which a browser asks whether a page may make a request. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/** The answer to that question, for a path that takes `method`. */
export function preflightAnswer(method: string): HttpAnswer {
  const headers = {
    "access-control-allow-methods": method,
    "access-control-allow-headers": REQUEST_HEADERS,
    "access-control-max-age": MAX_AGE_SECONDS,
  };
  return { status: 204, headers, body: "" };
}

/** Lets the page that asked read the answer, where its origin is one of the list. */
export function readable(
  answer: HttpAnswer,
  { headers }: HttpRequest,
  origins: readonly string[],
): HttpAnswer {
  const { origin } = headers;
  if (origin === undefined) return answer;
  if (origins.includes("*")) {
    return { ...answer, headers: { ...answer.headers, "access-control-allow-origin": "*" } };
  }
  const own = origins.includes(origin) ? { "access-control-allow-origin": origin } : {};
  return { ...answer, headers: { ...answer.headers, vary: "Origin", ...own } };
}

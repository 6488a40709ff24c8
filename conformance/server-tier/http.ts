// HTTP beside the WebSocket: publishing, and whatever a case asks.

import type { Contract } from "../contract.js";
import type { ServerTarget } from "./target.js";

export interface HttpAnswer {
  readonly status: number;
  /** JSON where it is JSON, else text. */
  readonly body: unknown;
  readonly contentType: string;
}

export interface HttpAsk {
  readonly method: string;
  readonly path: string;
  readonly text?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

/** Base address of the HTTP interface: that of --publish, else that of the WebSocket. */
export function httpBase(target: ServerTarget): string {
  const url = new URL(target.publish ?? target.url.replace(/^ws/u, "http"));
  return url.origin;
}

export function keyHeaders(target: ServerTarget): Readonly<Record<string, string>> {
  return target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` };
}

export async function ask(base: string, request: HttpAsk): Promise<HttpAnswer> {
  const response = await fetch(new URL(request.path, base), {
    method: request.method,
    headers: {
      ...(request.text === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(request.text === undefined ? {} : { body: request.text }),
    signal: AbortSignal.timeout(request.limitMs),
  });
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not every answer is JSON (/metrics).
  }
  return { status: response.status, body, contentType: response.headers.get("content-type") ?? "" };
}

const OK_SCHEMAS: Readonly<Record<string, readonly [string, string]>> = {
  "/health": ["health-response.json", "HTTP-1"],
  "/v1/events": ["publish-response.json", "HTTP-3"],
  "/v1/streams/invalidate": ["invalidate-response.json", "HTTP-8"],
  "/v1/presence": ["presence-response.json", "HTTP-9"],
};

/** What an answer breaks in the contract, if anything. */
export function answerProblem(
  contract: Contract,
  path: string,
  answer: HttpAnswer,
): { readonly requirement: string; readonly problem: string } | undefined {
  const pathname = new URL(path, "http://server.invalid").pathname;
  const [schema, requirement] =
    answer.status < 300
      ? (OK_SCHEMAS[pathname] ?? [])
      : pathname.startsWith("/v1/")
        ? (["http-error.json", "HTTP-10"] as const)
        : [];
  if (schema === undefined || requirement === undefined) return undefined;
  const problem = contract.judge(schema, answer.body);
  return problem && { requirement, problem: `${schema} at "${problem.path}": ${problem.problem}` };
}

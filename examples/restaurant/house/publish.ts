// POST /v1/events with the types of the contract.

import {
  decodePublishResponse,
  type Events,
  type Scope,
  type SentEvents,
} from "../client/index.js";

/** What the house alone may say. */
export type Fact = Exclude<keyof Events, keyof SentEvents>;

/**
 * Publishes one fact to each scope.
 * @param key a repeat under the same key publishes nothing twice and completes what was missing
 */
export type Publish = <Name extends Fact>(
  event: Name,
  scopes: readonly Scope[],
  payload: Events[Name],
  key: string,
) => Promise<void>;

/** @param url of `POST /v1/events` */
export function publisher(url: string, apiKey: string): Publish {
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  return async (event, scopes, payload, idempotencyKey) => {
    const body = JSON.stringify({ event, scopes, payload, idempotencyKey });
    const response = await fetch(url, { method: "POST", headers, body });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${event} is not published: ${response.status} ${answer}`);
    const decoded = decodePublishResponse(JSON.parse(answer));
    const isWhole =
      decoded.kind === "value" && decoded.value.outcomes.every(({ error }) => error === undefined);
    if (!isWhole) throw new Error(`${event} is not published everywhere: repeat it`);
  };
}

// POST /v1/streams/invalidate: whoever missed something of these streams loads anew instead of catching up.

import type { Scope } from "../client/index.js";

/** For when events do not tell the whole truth any more, such as after books were restored from a backup. */
export type Invalidate = (scopes: readonly Scope[], modules: readonly string[]) => Promise<void>;

/** @param publishUrl of `POST /v1/events`, beside which it stands */
export function invalidator(publishUrl: string, apiKey: string): Invalidate {
  const url = new URL("streams/invalidate", publishUrl);
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  return async (scopes, modules) => {
    const body = JSON.stringify({ scopes, modules });
    const response = await fetch(url, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`not invalidated: ${response.status}`);
  };
}

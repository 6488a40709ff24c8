// A request of a device, and what the house said to it.

import type { Client } from "../client/client/index.js";
import type { Scope, SentEvents } from "../client/index.js";

export type Answer =
  | { readonly status: "accepted" }
  | { readonly status: "refused"; readonly because: string }
  /** The connection was lost for so long that nobody knows: look before you repeat it. */
  | { readonly status: "unknown" };

/**
 * Sends a request and waits for its answer, however long there is no connection. The result has the code
 * of a refusal; the words for people come as a notice just before it.
 */
export async function ask<Name extends keyof SentEvents>(
  client: Client,
  event: Name,
  payload: SentEvents[Name],
  {
    scope,
    messageId = crypto.randomUUID(),
  }: { readonly scope: Scope; readonly messageId?: string },
): Promise<Answer> {
  let words: string | undefined;
  const stop = client.onNotice((notice) => {
    if (notice.kind === "server_error" && notice.messageId === messageId) words = notice.message;
  });
  try {
    const result = await client.send(event, payload, { scope, messageId });
    if (result.status === "accepted") return { status: "accepted" };
    if (result.status === "unknown_outcome") return { status: "unknown" };
    return { status: "refused", because: words ?? result.reason };
  } catch (error) {
    return { status: "refused", because: (error as Error).message }; // not even sent
  } finally {
    stop();
  }
}

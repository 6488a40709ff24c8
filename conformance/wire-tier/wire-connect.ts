// The CONNECT of the wire tier: as in the driven tier, with delays that bring the client back at once
// and let every connection count as stable, so that no failure of one case slows the next.

import { connectFrame } from "../driven/connect-frame.js";
import { isObject, member, type JsonObject } from "../json.js";

const RECONNECT: JsonObject = {
  baseDelayMs: 150,
  maxDelayMs: 150,
  jitter: 1,
  firstSpreadMs: 0,
  stableAfterMs: 1,
  circuitAfter: 1_000,
  circuitRestMs: 150,
};

export function wireConnect(userId: string, sessionId: string, over: JsonObject): JsonObject {
  const given = member(over, "reconnect");
  const reconnect = { ...RECONNECT, ...(isObject(given) ? given : {}) };
  return connectFrame(userId, sessionId, { ...over, reconnect });
}

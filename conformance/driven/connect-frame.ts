// The CONNECT that the scripted server sends unless a case says otherwise: small, legal times, so that
// whole lifetimes fit into a case.

import { isObject, type JsonObject } from "../json.js";

function merged(base: JsonObject, over: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = result[name];
    result[name] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return result;
}

export function connectFrame(userId: string, sessionId: string, over: JsonObject): JsonObject {
  return merged(
    {
      type: "CONNECT",
      userId,
      sessionId,
      protocolVersion: "1.0",
      heartbeat: { intervalMs: 200, timeoutMs: 4_000 },
      reconnect: {
        baseDelayMs: 50,
        maxDelayMs: 400,
        jitter: 0.5,
        firstSpreadMs: 0,
        stableAfterMs: 60_000,
        circuitAfter: 10,
        circuitRestMs: 300,
      },
      ack: { maxDelayMs: 50, maxPending: 100 },
      sync: { timeoutMs: 8_000, maxPageEvents: 500, maxPageBytes: 16_384, maxPages: 20 },
      limits: {
        maxFrameBytes: 65_536,
        maxPayloadBytes: 32_768,
        maxInFlightMessages: 32,
        dedupWindowMs: 600_000,
      },
      presence: { graceMs: 15_000 },
      modules: ["orders", "chat"],
      streams: [],
    },
    over,
  );
}

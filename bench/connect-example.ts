import { LIMITS, PROTOCOL_VERSION, TIMERS } from "../generated/typescript/tables.js";

/** The text of a CONNECT with three streams, as the reference server writes it. */
export function connectExample(user: number): string {
  const place = String(Math.floor(user / 10));
  const streams = ["orders", "chat"].map((module) => ({
    stream: JSON.stringify({ module, scope: { place } }),
    epoch: "epoch.1",
    lastEventId: 0,
    scope: { place },
    module,
  }));
  const own = {
    stream: JSON.stringify({ scope: { user: `user${user}` } }),
    epoch: "epoch.2",
    lastEventId: 0,
    scope: { user: `user${user}` },
  };
  return JSON.stringify({
    type: "CONNECT",
    timestamp: "2026-03-01T12:00:00.000Z",
    userId: `user${user}`,
    sessionId: `s-${user}`,
    protocolVersion: PROTOCOL_VERSION,
    heartbeat: {
      intervalMs: TIMERS.heartbeatIntervalMs.default,
      timeoutMs: TIMERS.heartbeatTimeoutMs.default,
    },
    reconnect: {
      baseDelayMs: TIMERS.baseDelayMs.default,
      maxDelayMs: TIMERS.maxDelayMs.default,
      jitter: LIMITS.jitterPercent.default / 100,
      firstSpreadMs: TIMERS.firstSpreadMs.default,
      stableAfterMs: TIMERS.stableAfterMs.default,
      circuitAfter: LIMITS.circuitAfter.default,
      circuitRestMs: TIMERS.circuitRestMs.default,
    },
    ack: { maxDelayMs: TIMERS.ackMaxDelayMs.default, maxPending: LIMITS.ackMaxPending.default },
    sync: {
      timeoutMs: TIMERS.syncTimeoutMs.default,
      maxPageEvents: LIMITS.pageEvents.default,
      maxPageBytes: LIMITS.pageBytes.default,
      maxPages: LIMITS.pages.default,
    },
    limits: {
      maxFrameBytes: LIMITS.frameBytes.default,
      maxPayloadBytes: LIMITS.payloadBytes.default,
      maxInFlightMessages: LIMITS.inFlightMessages.default,
      dedupWindowMs: TIMERS.dedupWindowMs.default,
    },
    presence: { graceMs: TIMERS.presenceGraceMs.default },
    modules: ["orders", "chat"],
    streams: [...streams, own],
  });
}

import type { ConnectFrame, StreamPosition } from "../messages.js";
import { LIMITS, TIMERS } from "../tables.js";
import type { StoredMessage } from "./stored.js";

/** Where a stream begins that has no stored position. */
export type StartFrom = "latest" | "acked" | "earliest";

/** What a session is made with. It never changes. */
export interface SessionSettings {
  readonly userId: string;
  readonly deviceId: string;
  /** Number of the first dial; higher than any earlier one of this deviceId (CONN-4). */
  readonly firstAttempt: number;
  /** Wished heartbeat interval in milliseconds. */
  readonly heartbeatMs?: number;
  readonly startFrom: StartFrom;
  /** `fixed` holds one token, `provider` asks for one before every dial (AUTH-17). */
  readonly tokens:
    | { readonly kind: "none" }
    | { readonly kind: "fixed"; readonly token: string }
    | { readonly kind: "provider" };
  /** Stored positions of an earlier process: everything up to them was processed. */
  readonly positions: readonly StreamPosition[];
  /** What the outbox store held before this process, in the order of sending. */
  readonly messages: readonly StoredMessage[];
  /** Whether unanswered messages outlive this session in their store (MSG-29). */
  readonly persistentOutbox: boolean;
  readonly connectTimeoutMs: number;
  /** Messages that wait for an answer or for a connection, at most. */
  readonly outboxMessages: number;
  /** Events kept for one stream that cannot be delivered yet, at most. */
  readonly keptEvents: number;
}

/** The numbers that a server announces in CONNECT; before the first one, those of the contract. */
export interface Announced {
  readonly heartbeat: ConnectFrame["heartbeat"];
  readonly reconnect: ConnectFrame["reconnect"];
  readonly ack: ConnectFrame["ack"];
  readonly sync: Pick<ConnectFrame["sync"], "timeoutMs">;
  readonly limits: ConnectFrame["limits"];
}

export const UNANNOUNCED: Announced = {
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
  sync: { timeoutMs: TIMERS.syncTimeoutMs.default },
  limits: {
    maxFrameBytes: LIMITS.frameBytes.default,
    maxPayloadBytes: LIMITS.payloadBytes.default,
    maxInFlightMessages: LIMITS.inFlightMessages.default,
    dedupWindowMs: TIMERS.dedupWindowMs.default,
  },
};

/** What this CONNECT announces (CONN-22). */
export function announcedBy(frame: ConnectFrame): Announced {
  const { heartbeat, reconnect, ack, sync, limits } = frame;
  return { heartbeat, reconnect, ack, sync, limits };
}

/** What a session has counted since it was made. */
export interface Counters {
  /** Connections after the first one. */
  reconnects: number;
  /** Events handed to the application. */
  eventsDelivered: number;
  /** Events that had been delivered or kept before. */
  duplicatesDropped: number;
  /** Events that did not fit the bound of kept events; sync brings them again. */
  overflowDropped: number;
  /** Times a stream was found behind its known head. */
  gaps: number;
  /** REQUEST_SYNCs, counted per stream. */
  syncsRequested: number;
  refreshes: number;
  framesSent: number;
  framesReceived: number;
  /** Frames that had no effect because they broke the protocol. */
  invalidFrames: number;
  /** Time from a heartbeat to its acknowledgement, of the last one, in milliseconds. */
  heartbeatLatencyMs: number | undefined;
}

/** A snapshot of what a session has counted (LIB-11). */
export interface Statistics extends Readonly<Counters> {
  /** Messages in the outbox, sent or not. */
  readonly outboxSize: number;
  /** Messages sent on the present connection and not answered. */
  readonly inFlight: number;
  /** Events kept for all streams because they cannot be delivered yet. */
  readonly keptEvents: number;
  readonly streams: number;
}

export function newCounters(): Counters {
  return {
    reconnects: 0,
    eventsDelivered: 0,
    duplicatesDropped: 0,
    overflowDropped: 0,
    gaps: 0,
    syncsRequested: 0,
    refreshes: 0,
    framesSent: 0,
    framesReceived: 0,
    invalidFrames: 0,
    heartbeatLatencyMs: undefined,
  };
}

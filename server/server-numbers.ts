/** Bounds and default of each setting that is a number and is the server's own, no part of the protocol. */
export const SERVER_NUMBERS = {
  /** Port to listen on; 0 takes a free one. */
  port: { default: 3_000, min: 0, max: 65_535 },
  /** How long a stop waits for sockets to end before it drops them, milliseconds. */
  closeWaitMs: { default: 2_000, min: 0, max: 600_000 },
  /** Unsent bytes at which a session's live delivery pauses. */
  congestedBytes: { default: 1_048_576, min: 16_384, max: 16_777_216 },
} as const;

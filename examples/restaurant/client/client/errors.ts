/** The caller used the library wrongly. The message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The client is over: by `disconnect()`, or because the server's close code says so (RECON-22). */
export class ClosedError extends Error {
  override readonly name = "ClosedError";
  /** Close code that ended it; 1000 after `disconnect()`. */
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`The client is closed (${code}${reason === "" ? "" : `: ${reason}`})`);
    this.code = code;
    this.reason = reason;
  }
}

/** The outbox holds as many messages as it may (MSG-22). Wait for results before sending more. */
export class OutboxFullError extends Error {
  override readonly name = "OutboxFullError";
  /** Messages that the outbox may hold. */
  readonly limit: number;

  constructor(limit: number) {
    super(`The outbox is full: ${limit} messages wait for an answer`);
    this.limit = limit;
  }
}

/** A message is larger than the server takes (FRAME-22). Send less. */
export class FrameTooLargeError extends Error {
  override readonly name = "FrameTooLargeError";
  /** What is too large. */
  readonly what: "frame" | "payload";
  /** UTF-8 bytes allowed. */
  readonly limit: number;
  /** UTF-8 bytes found. */
  readonly bytes: number;

  constructor(what: "frame" | "payload", limit: number, bytes: number) {
    super(`The ${what} takes ${bytes} bytes of at most ${limit}`);
    this.what = what;
    this.limit = limit;
    this.bytes = bytes;
  }
}

/** A store could not be read. `cause` holds its error. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** This library broke its own lifecycle table: a defect here, never the peer's doing. */
export class LocalProtocolError extends Error {
  override readonly name = "LocalProtocolError";
}

import type { StreamHead, StreamPosition } from "../messages.js";
import type { Port } from "./port.js";
import type { StartFrom } from "./settings.js";

/** What a stream asks of those around it. */
export interface StreamHost {
  readonly port: Port;
  /** Heartbeats sent on this connection. */
  heartbeatsSent(): number;
  /** Put the stream's position into the next REQUEST_SYNC. */
  requestSync(position: StreamPosition): void;
  /** Everything up to this position is processed; `events` is how many that adds. */
  processed(position: StreamPosition, events: number): void;
  /** The server does not answer: the connection is of no use (SYNC-17). */
  unanswered(): void;
  nextReloadId(): number;
}

/** What a stream that was removed leaves to the one that may come after it. */
export interface StreamLegacy {
  readonly position: StreamPosition;
  /** An event whose handler still runs. */
  readonly busy: number | undefined;
}

/** POS-4, POS-5, POS-6: where a stream begins that has no position. */
export function firstPosition(head: StreamHead, startFrom: StartFrom): StreamPosition {
  const { stream, epoch } = head;
  switch (startFrom) {
    case "latest":
      return { stream, epoch, lastEventId: head.lastEventId };
    case "acked":
      return { stream, epoch, lastEventId: head.ackedEventId ?? 0 };
    case "earliest":
      return { stream, epoch, lastEventId: 0 };
  }
}

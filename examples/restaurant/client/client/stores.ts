import type { StreamPosition } from "../messages.js";
import type { StoredMessage } from "./stored.js";

/** Keeps what was processed of each stream over restarts of the process. Pluggable (LIB-10). */
export interface PositionStore {
  /** Every stored position, once, before the first connection. */
  load(): readonly StreamPosition[] | Promise<readonly StreamPosition[]>;
  /**
   * Replace the positions of these streams, each as a whole: epoch and id belong together (STREAM-11).
   * Never called again before the last call has ended.
   */
  save(positions: readonly StreamPosition[]): void | Promise<void>;
}

/** Keeps messages until they are answered. Pluggable (LIB-10). */
export interface OutboxStore {
  /** Whether messages outlive the process, so that `disconnect()` leaves them for the next (MSG-29). */
  readonly persistent: boolean;
  /** Every stored message, in the order in which they were first saved. */
  load(): readonly StoredMessage[] | Promise<readonly StoredMessage[]>;
  /** Add or replace a message. It is safe when this has ended: only then is the message sent (MSG-6). */
  save(message: StoredMessage): void | Promise<void>;
  remove(messageId: string): void | Promise<void>;
}

/** Positions in memory: they live as long as this object. */
export function memoryPositions(): PositionStore {
  const positions = new Map<string, StreamPosition>();
  return {
    load: () => [...positions.values()],
    save(changed) {
      for (const position of changed) positions.set(position.stream, position);
    },
  };
}

/** An outbox in memory: messages end with the client. */
export function memoryOutbox(): OutboxStore {
  const messages = new Map<string, StoredMessage>();
  return {
    persistent: false,
    load: () => [...messages.values()],
    save(message) {
      messages.set(message.messageId, message);
    },
    remove(messageId) {
      messages.delete(messageId);
    },
  };
}

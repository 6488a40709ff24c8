import type { StreamPosition } from "../generated/typescript/messages.js";
import type { Place } from "./history.js";
import type { StoredMessage } from "./sessions.js";

/** What a client's stores hold. It survives the process unless it is wiped. */
export class ClientDisk {
  /** Number of the next dial; kept even where positions are not (CONN-4). */
  nextAttempt = 1;
  readonly #positions = new Map<string, StreamPosition>();
  readonly #messages = new Map<string, StoredMessage>();

  get positions(): readonly StreamPosition[] {
    return [...this.#positions.values()];
  }

  get places(): readonly Place[] {
    return this.positions.map(({ stream, epoch, lastEventId }) => ({
      stream,
      epoch,
      eventId: lastEventId,
    }));
  }

  get messages(): readonly StoredMessage[] {
    return [...this.#messages.values()];
  }

  storePosition(position: StreamPosition): void {
    this.#positions.set(position.stream, position);
  }

  storeMessage(message: StoredMessage): void {
    this.#messages.set(message.messageId, message);
  }

  forgetMessage(messageId: string): void {
    this.#messages.delete(messageId);
  }

  wipe(): void {
    this.#positions.clear();
    this.#messages.clear();
  }
}

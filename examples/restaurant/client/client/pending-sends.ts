import type { Refusal, SendResult } from "./effects.js";
import { type ClosedError, FrameTooLargeError, OutboxFullError, UsageError } from "./errors.js";

interface Pending {
  readonly resolve: (result: SendResult) => void;
  readonly reject: (error: Error) => void;
}

const ID_IN_USE = "messageId is that of a message without a result; use a new UUID";

/** The promises of messages that have no result yet (MSG-23: each is settled once). */
export class PendingSends {
  readonly #pending = new Map<string, Pending>();

  /** @throws UsageError when the id is in use. */
  add(messageId: string): Promise<SendResult> {
    if (this.#pending.has(messageId)) {
      throw new UsageError(ID_IN_USE);
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(messageId, { resolve, reject });
    });
  }

  /** Says whether the message was one of this process. */
  settle(messageId: string, result: SendResult): boolean {
    const pending = this.#take(messageId);
    pending?.resolve(result);
    return pending !== undefined;
  }

  refuse(messageId: string, refusal: Refusal, closed: ClosedError): void {
    this.#take(messageId)?.reject(errorOf(refusal, closed));
  }

  #take(messageId: string): Pending | undefined {
    const pending = this.#pending.get(messageId);
    this.#pending.delete(messageId);
    return pending;
  }
}

function errorOf(refusal: Refusal, closed: ClosedError): Error {
  switch (refusal.why) {
    case "closed":
      return closed;
    case "id_in_use":
      return new UsageError(ID_IN_USE);
    case "outbox_full":
      return new OutboxFullError(refusal.limit);
    case "frame_too_large":
      return new FrameTooLargeError("frame", refusal.limit, refusal.bytes);
    case "payload_too_large":
      return new FrameTooLargeError("payload", refusal.limit, refusal.bytes);
  }
}

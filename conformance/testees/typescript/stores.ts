import type {
  OutboxStore,
  PositionStore,
  StoredMessage,
} from "../../../generated/typescript/client/index.js";

interface StreamPosition {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
}

/** What outlives a restart. `freeze` is the death of the process that wrote to it. */
export class Disk {
  #frozen = false;

  private constructor(
    private readonly positionsByStream: Map<string, StreamPosition>,
    private readonly messagesById: Map<string, StoredMessage>,
  ) {}

  static empty(positions: readonly StreamPosition[]): Disk {
    return new Disk(new Map(positions.map((each) => [each.stream, each])), new Map());
  }

  readonly positions: PositionStore = {
    load: () => [...this.positionsByStream.values()],
    save: (changed) => {
      if (this.#frozen) return;
      for (const position of changed) this.positionsByStream.set(position.stream, position);
    },
  };

  readonly outbox: OutboxStore = {
    persistent: false,
    load: () => [...this.messagesById.values()],
    save: (message) => {
      if (!this.#frozen) this.messagesById.set(message.messageId, message);
    },
    remove: (messageId) => {
      if (!this.#frozen) this.messagesById.delete(messageId);
    },
  };

  /** Nothing reaches this disk any more; the answer is what the next process finds. */
  freeze(): Disk {
    this.#frozen = true;
    return new Disk(new Map(this.positionsByStream), new Map(this.messagesById));
  }
}

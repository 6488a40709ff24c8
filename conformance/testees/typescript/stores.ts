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
    /** What the outbox store says of itself; both last as long as the case. */
    private readonly persistent: boolean,
  ) {}

  static empty(positions: readonly StreamPosition[], persistent = false): Disk {
    return new Disk(new Map(positions.map((each) => [each.stream, each])), new Map(), persistent);
  }

  readonly positions: PositionStore = {
    load: () => [...this.positionsByStream.values()],
    save: (changed) => {
      if (this.#frozen) return;
      for (const position of changed) this.positionsByStream.set(position.stream, position);
    },
  };

  /** @param write stands before each write of a message: nothing is on the disk before it has ended. */
  outbox(write: () => Promise<void> | undefined): OutboxStore {
    return {
      persistent: this.persistent,
      load: () => [...this.messagesById.values()],
      save: async (message) => {
        await write();
        if (!this.#frozen) this.messagesById.set(message.messageId, message);
      },
      remove: (messageId) => {
        if (!this.#frozen) this.messagesById.delete(messageId);
      },
    };
  }

  /** Nothing reaches this disk any more; the answer is what the next process finds. */
  freeze(): Disk {
    this.#frozen = true;
    return new Disk(new Map(this.positionsByStream), new Map(this.messagesById), this.persistent);
  }
}

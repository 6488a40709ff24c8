import type { StreamHead, StreamPosition } from "../messages.js";
import type { Port } from "./port.js";
import { splitPositions } from "./split.js";
import { utf8Length } from "./utf8.js";

/** What was processed and not yet acknowledged. An ACK means *processed*: its handler has finished. */
export class Acks {
  readonly #port: Port;
  /** The processed position of each stream, acknowledged or not. */
  readonly #processed = new Map<string, StreamPosition>();
  /** Streams whose processed position the server does not know yet. */
  readonly #due = new Set<string>();
  /** Processed events since the last ACK. */
  #pending = 0;

  constructor(port: Port, stored: readonly StreamPosition[]) {
    this.#port = port;
    for (const position of stored) this.#processed.set(position.stream, position);
  }

  /** ACK-1: only what a handler has finished comes here. */
  processed(position: StreamPosition, events: number): void {
    this.#processed.set(position.stream, position);
    this.#due.add(position.stream);
    this.#pending += events;
    const { timers, now, announced, connected } = this.#port;
    if (!connected) return; // the next CONNECT tells what the server lacks
    if (timers.at("ack") === undefined) timers.set("ack", now, announced.ack.maxDelayMs); // ACK-2
  }

  /** ACK-9: a stream list tells what the server knows; send what it lacks. */
  compare(heads: readonly StreamHead[]): void {
    for (const head of heads) {
      const position = this.#processed.get(head.stream);
      const lacks =
        position?.epoch === head.epoch && position.lastEventId > (head.ackedEventId ?? 0);
      if (lacks) this.#due.add(head.stream);
      else this.#due.delete(head.stream);
    }
    if (this.#due.size > 0) this.flush();
  }

  /** A stream that is no longer the session's is not acknowledged. */
  removed(stream: string): void {
    this.#due.delete(stream);
  }

  /** ACK-3: enough is pending that it should not wait. */
  get isFull(): boolean {
    return this.#port.connected && this.#pending >= this.#port.announced.ack.maxPending;
  }

  /** Send everything that is due, cumulative by stream (ACK-4). */
  flush(): void {
    this.#port.timers.clear("ack");
    this.#pending = 0;
    if (!this.#port.connected) return;
    const positions = [...this.#due].flatMap((stream) => this.#processed.get(stream) ?? []);
    this.#due.clear();
    const envelope = utf8Length(this.#port.encode({ type: "ACK", streams: [] }));
    const { maxFrameBytes } = this.#port.announced.limits;
    for (const streams of splitPositions(positions, envelope, maxFrameBytes)) {
      this.#port.send({ type: "ACK", streams: [...streams] });
    }
  }

  connectionLost(): void {
    this.#port.timers.clear("ack");
    this.#pending = 0;
  }
}

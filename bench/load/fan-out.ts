import { WrongAnswer, Waiting, type Load } from "./load.js";
import { Peer } from "./peer.js";

export interface FanOutLoadOptions {
  readonly port: number;
  readonly subscribers: number;
  readonly burst: number;
  /** Has the server publish so many events in one turn. */
  readonly publish: (count: number) => void;
}

const DIALS_AT_ONCE = 50;

/** Subscribers that must each get every event, in order. The next burst follows the last delivery. */
export class FanOutLoad implements Load {
  readonly #subscribers: Subscriber[] = [];
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #published = 0;
  /** Deliveries of the current burst that are still to come. */
  #due = 0;
  #answers = 0;
  #isRunning = false;

  private constructor(private readonly options: FanOutLoadOptions) {}

  static async open(options: FanOutLoadOptions): Promise<FanOutLoad> {
    const load = new FanOutLoad(options);
    for (let index = 0; index < options.subscribers; index += DIALS_AT_ONCE) {
      const count = Math.min(DIALS_AT_ONCE, options.subscribers - index);
      const batch = Array.from({ length: count }, (_, n) => load.#subscriber(index + n));
      await Promise.all(batch.map((subscriber) => subscriber.open(options.port)));
      load.#subscribers.push(...batch);
    }
    return load;
  }

  async slice(ms: number): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure;
    const before = this.#answers;
    const waiting = new Waiting("deliveries of an event", ms);
    this.#waiting = waiting;
    this.#isRunning = true;
    setTimeout(() => {
      this.#isRunning = false;
    }, ms);
    this.#next();
    await waiting.promise;
    return this.#answers - before;
  }

  close(): void {
    for (const subscriber of this.#subscribers) subscriber.close();
  }

  #subscriber(index: number): Subscriber {
    return new Subscriber(index, {
      delivered: (eventId) => {
        if (eventId > this.#published) throw new WrongAnswer(`event ${eventId} was not published`);
        this.#answers += 1;
        this.#due -= 1;
        if (this.#due === 0) this.#next();
      },
      failed: (error) => {
        this.#failure ??= error;
        this.#waiting?.failed(error);
      },
    });
  }

  #next(): void {
    if (!this.#isRunning) {
      this.#waiting?.done();
      return;
    }
    const { burst, subscribers, publish } = this.options;
    this.#published += burst;
    this.#due = burst * subscribers;
    publish(burst);
  }
}

class Subscriber {
  #peer: Peer | undefined;
  #lastId = 0;

  constructor(
    private readonly index: number,
    private readonly told: {
      readonly delivered: (eventId: number) => void;
      readonly failed: (error: Error) => void;
    },
  ) {}

  async open(port: number): Promise<void> {
    const path = `/?userId=reader${this.index}&deviceId=d${this.index}&heartbeatMs=120000`;
    await new Promise<void>((resolve) => {
      void Peer.dial(port, path, {
        text: (bytes, start, end) => {
          // Every server says CONNECT when it has taken a subscriber in.
          if (bytes.toString("latin1", start, start + 17) === '{"type":"CONNECT"') resolve();
          else this.#text(bytes, start, end);
        },
        failed: (error) => {
          this.told.failed(error);
        },
      }).then((peer) => (this.#peer = peer));
    });
  }

  close(): void {
    this.#peer?.end();
  }

  #text(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString("latin1", start, end);
    if (!text.startsWith('{"type":"EVENT"')) {
      if (!text.startsWith('{"type":"PRESENCE_')) {
        throw new WrongAnswer(`instead of an event came ${text.slice(0, 200)}`);
      }
      return;
    }
    const at = text.indexOf('"eventId":') + 10;
    const eventId = Number.parseInt(text.slice(at, at + 16), 10);
    if (eventId !== this.#lastId + 1) {
      throw new WrongAnswer(`event ${eventId} came after ${this.#lastId}`);
    }
    this.#lastId = eventId;
    this.told.delivered(eventId);
  }
}

import { masked, maskedFrame, type MaskedFrame } from "./masked-frame.js";
import { WrongAnswer, Waiting, type Load } from "./load.js";
import { Peer } from "./peer.js";

/** What a server does with a MESSAGE: sends it back, or takes it in and answers MESSAGE_ACK. */
export type Answering = "echo" | "acknowledge";

export interface MessageLoadOptions {
  readonly port: number;
  readonly answering: Answering;
  readonly connections: number;
  readonly inFlight: number;
  /** Each message goes to the sender's own stream, and its EVENT comes back beside the answer. */
  readonly isHeard: boolean;
}

const COUNTER_DIGITS = 8;
const PAYLOAD = { text: "The kitchen has the order; table 12 waits for two more plates.", seq: 17 };

/** Connections that each keep a number of MESSAGEs unanswered. */
export class MessageLoad implements Load {
  readonly #lanes: Lane[] = [];
  #waiting: Waiting | undefined;
  #failure: Error | undefined;
  #busy = 0;

  private constructor() {
    // Made by `open`.
  }

  static async open(options: MessageLoadOptions): Promise<MessageLoad> {
    const load = new MessageLoad();
    for (let index = 0; index < options.connections; index += 1) {
      const lane = new Lane(index, options, {
        idle: () => {
          load.#busy -= 1;
          if (load.#busy === 0) load.#waiting?.done();
        },
        failed: (error) => {
          load.#failure ??= error;
          load.#waiting?.failed(error);
        },
      });
      load.#lanes.push(lane);
      await lane.open();
    }
    return load;
  }

  async slice(ms: number): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure;
    const before = this.#answers;
    const waiting = new Waiting("answers to MESSAGEs", ms);
    this.#waiting = waiting;
    this.#busy = this.#lanes.length;
    for (const lane of this.#lanes) lane.start();
    setTimeout(() => {
      for (const lane of this.#lanes) lane.stop();
    }, ms);
    await waiting.promise;
    return this.#answers - before;
  }

  get #answers(): number {
    return this.#lanes.reduce((sum, { answers }) => sum + answers, 0);
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }
}

/** One connection. Its messages are numbered, and every answer must be for the next number. */
class Lane {
  /** As many frames as may be in flight: one is written over when its answer is there. */
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  /** Where the number stands within a frame, and within its payload. */
  readonly #counterAt: number;
  readonly #counterInPayload: number;
  readonly #payload: Buffer;
  readonly #idStart: string;
  #peer: Peer | undefined;
  #sent = 0;
  answers = 0;
  #events = 0;
  #lastEventId = 0;
  #isOpen = false;
  #isRunning = false;
  #opened: (() => void) | undefined;

  constructor(
    private readonly index: number,
    private readonly options: MessageLoadOptions,
    private readonly told: { readonly idle: () => void; readonly failed: (error: Error) => void },
  ) {
    this.#idStart = `${hex(index)}-5d8a-4f6e-9a57-${hex(process.pid).slice(-4)}`;
    const frame = {
      type: "MESSAGE",
      timestamp: "2026-03-01T12:00:00.000Z",
      messageId: this.#idStart + hex(0),
      ...(options.isHeard
        ? { event: "chat_message" }
        : { event: "note_filed", scope: { place: "bench" } }),
      payload: PAYLOAD,
    };
    this.#payload = Buffer.from(JSON.stringify(frame));
    this.#counterInPayload = this.#payload.indexOf(this.#idStart) + this.#idStart.length;
    const whole: MaskedFrame = maskedFrame(this.#payload);
    this.#counterAt = whole.head + this.#counterInPayload;
    this.#frameBytes = whole.bytes.length;
    this.#frames = Buffer.concat(Array.from({ length: options.inFlight }, () => whole.bytes));
  }

  /** Resolves when the server is ready for messages. */
  async open(): Promise<void> {
    const { port, answering } = this.options;
    const ready = new Promise<void>((resolve) => (this.#opened = resolve));
    const path = `/?userId=lane${this.index}&deviceId=d${this.index}&heartbeatMs=120000`;
    this.#peer = await Peer.dial(port, path, {
      text: (bytes, start, end) => {
        this.#text(bytes, start, end);
      },
      readEnded: () => {
        if (this.#isRunning) this.#fill();
        else if (this.#isOpen) this.#settle();
      },
      failed: (error) => {
        this.told.failed(error);
      },
    });
    if (answering === "echo") this.#isOpen = true;
    else await ready;
  }

  start(): void {
    this.#isRunning = true;
    this.#isSettled = false;
    this.#fill();
  }

  stop(): void {
    this.#isRunning = false;
    this.#settle();
  }

  close(): void {
    this.#peer?.end();
  }

  #isSettled = true;

  /** All is answered, and every event that was caused has come. */
  #settle(): void {
    if (this.#isSettled || this.answers < this.#sent) return;
    if (this.#hearsEvents && this.#events < this.#sent) return;
    this.#isSettled = true;
    this.told.idle();
  }

  get #hearsEvents(): boolean {
    return this.options.answering === "acknowledge" && this.options.isHeard;
  }

  /** Sends as many as may be in flight, in as few writes as their places allow. */
  #fill(): void {
    const { inFlight } = this.options;
    const until = this.answers + inFlight;
    while (this.#sent < until) {
      const slot = this.#sent % inFlight;
      const count = Math.min(until - this.#sent, inFlight - slot);
      for (let n = 0; n < count; n += 1) this.#number(slot + n, this.#sent + n);
      this.#peer?.write(
        this.#frames.subarray(slot * this.#frameBytes, (slot + count) * this.#frameBytes),
      );
      this.#sent += count;
    }
  }

  #number(slot: number, counter: number): void {
    const at = slot * this.#frameBytes + this.#counterAt;
    for (let digit = 0; digit < COUNTER_DIGITS; digit += 1) {
      const value = (counter >>> (4 * (COUNTER_DIGITS - 1 - digit))) & 15;
      const byte = value < 10 ? 0x30 + value : 0x57 + value;
      this.#frames[at + digit] = masked(byte, this.#counterInPayload + digit);
    }
  }

  #text(bytes: Buffer, start: number, end: number): void {
    if (this.options.answering === "echo") {
      this.#echoed(bytes, start, end);
      return;
    }
    const text = bytes.toString("latin1", start, end);
    if (text.startsWith('{"type":"MESSAGE_ACK"')) {
      this.#expect("MESSAGE_ACK", text, this.answers);
      this.answers += 1;
    } else if (text.startsWith('{"type":"EVENT"')) {
      this.#expect("EVENT", text, this.#events);
      this.#events += 1;
    } else if (text.startsWith('{"type":"CONNECT"')) {
      this.#isOpen = true;
      this.#opened?.();
    } else if (/^\{"type":"(?:ERROR|DISCONNECT|FULL_REFRESH|SYNC)"/.test(text)) {
      throw new WrongAnswer(`instead of an answer came ${text.slice(0, 200)}`);
    }
  }

  /** Both frames name the message; ids are dense from 1 in an own stream, and rise in one with others. */
  #expect(type: string, text: string, counter: number): void {
    const id = this.#idStart + hex(counter);
    const idAt = text.indexOf('"messageId":"') + 13;
    const eventAt = text.indexOf('"eventId":') + 10;
    const eventId = Number.parseInt(text.slice(eventAt, eventAt + 16), 10);
    const isNext = this.options.isHeard ? eventId === counter + 1 : eventId > this.#lastEventId;
    this.#lastEventId = eventId;
    if (!text.startsWith(id, idAt) || !isNext) {
      throw new WrongAnswer(`${type} number ${counter + 1} is ${text.slice(0, 300)}`);
    }
  }

  #echoed(bytes: Buffer, start: number, end: number): void {
    const at = start + this.#counterInPayload;
    const counter = Number.parseInt(bytes.toString("latin1", at, at + COUNTER_DIGITS), 16);
    if (end - start !== this.#payload.length || counter !== this.answers) {
      throw new WrongAnswer(`echo number ${this.answers + 1} has the number ${counter + 1}`);
    }
    this.answers += 1;
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(COUNTER_DIGITS, "0");
}

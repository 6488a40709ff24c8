// One WebSocket connection in the hands of a case, whichever side opened it.

import type { Duplex } from "node:stream";

import type { RawData, WebSocket } from "ws";

import { brief, isObject, withinDepth } from "../json.js";
import type { Transcript } from "../transcript.js";

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer
    ? Buffer.from(new Uint8Array(data)).toString("utf8")
    : data.toString("utf8");
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(new Uint8Array(data)) : data;
}

const CLOSE_GRACE_MS = 1_000;

export class Peer {
  open = true;
  stalled = false;
  /** Whether this side began the end. */
  #ours = false;
  #pings = 0;
  #lastPing: Buffer = Buffer.alloc(0);
  readonly #pongs = new Map<string, (answered: boolean) => void>();
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;

  constructor(
    readonly name: string,
    private readonly socket: WebSocket,
    private readonly raw: () => Duplex | undefined,
    private readonly transcript: Transcript,
    private readonly onFrame: (frame: Readonly<Record<string, unknown>>) => void = () => undefined,
  ) {
    this.ended = new Promise((resolve) => {
      socket.once("close", (code, reason) => {
        this.open = false;
        for (const settle of [...this.#pongs.values()]) settle(true);
        transcript.add({
          lane: "wire",
          from: this.#ours ? "runner" : "testee",
          kind: "closed",
          on: name,
          value: { code, reason: reason.toString("utf8"), by: this.#ours ? "runner" : "testee" },
        });
        resolve();
      });
    });
    socket.on("message", (data, isBinary) => {
      this.#received(data, isBinary);
    });
    socket.on("ping", (payload) => {
      this.#lastPing = payload;
      transcript.add({ lane: "wire", from: "testee", kind: "ping", on: name });
    });
    socket.on("pong", (data) => {
      this.#pongs.get(data.toString("utf8"))?.(true);
    });
    socket.on("error", (error) => {
      transcript.add({
        lane: "wire",
        from: "testee",
        kind: "note",
        on: name,
        value: error.message,
      });
    });
  }

  #received(data: RawData, isBinary: boolean): void {
    const entry = { lane: "wire", from: "testee", on: this.name } as const;
    if (isBinary) {
      this.transcript.add({ ...entry, kind: "binary", value: bytesOf(data).toString("hex") });
      return;
    }
    const text = textOf(data);
    let value: unknown;
    try {
      value = withinDepth(JSON.parse(text));
    } catch {
      value = undefined;
    }
    if (!isObject(value)) {
      this.transcript.add({ ...entry, kind: "text", name: text, value: text });
      return;
    }
    const type = value.type;
    this.transcript.add({
      ...entry,
      kind: "frame",
      name: typeof type === "string" ? type : "?",
      value,
    });
    this.onFrame(value);
  }

  sendFrame(frame: Readonly<Record<string, unknown>>, pieces = 1): void {
    const type = frame.type;
    this.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "frame",
      on: this.name,
      name: typeof type === "string" ? type : "?",
      value: frame,
    });
    this.#send(Buffer.from(JSON.stringify(frame)), pieces);
  }

  sendText(bytes: Buffer, pieces = 1): void {
    this.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "text",
      on: this.name,
      value: brief(bytes.toString("utf8")),
    });
    this.#send(bytes, pieces);
  }

  sendBinary(bytes: Buffer): void {
    const value = brief(bytes.toString("hex"));
    this.transcript.add({ lane: "wire", from: "runner", kind: "binary", on: this.name, value });
    this.socket.send(bytes, { binary: true });
  }

  /** Bytes on the TCP connection, below WebSocket framing. */
  sendBytes(bytes: Buffer): void {
    const value = brief(bytes.toString("hex"));
    this.transcript.add({ lane: "wire", from: "runner", kind: "bytes", on: this.name, value });
    this.raw()?.write(bytes);
  }

  #send(bytes: Buffer, pieces: number): void {
    const size = Math.max(1, Math.ceil(bytes.length / pieces));
    for (let from = 0; from === 0 || from < bytes.length; from += size) {
      const fin = from + size >= bytes.length;
      this.socket.send(bytes.subarray(from, from + size), { binary: false, fin });
    }
  }

  /** Answers the last ping of the other side, where the socket does not do so by itself. */
  pong(): void {
    this.transcript.add({ lane: "wire", from: "runner", kind: "pong", on: this.name });
    this.socket.pong(this.#lastPing);
  }

  /** Neither closing nor closed. */
  get usable(): boolean {
    return this.open && this.socket.readyState === this.socket.OPEN;
  }

  /**
   * Whether everything sent before has reached the peer's WebSocket layer: a ping came back, or the
   * connection is over. False when neither happens in time.
   */
  async reached(limitMs: number): Promise<boolean> {
    if (!this.open) return true;
    const payload = `fence-${(this.#pings += 1)}`;
    return await new Promise((resolve) => {
      const settle = (answered: boolean): void => {
        clearTimeout(timer);
        this.#pongs.delete(payload);
        resolve(answered);
      };
      const timer = setTimeout(() => {
        settle(false);
      }, limitMs);
      this.#pongs.set(payload, settle);
      if (this.usable) this.socket.ping(payload);
    });
  }

  close(code: number | undefined, reason: string): void {
    this.#ours = true;
    this.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      on: this.name,
      value: code === undefined ? "close without a code" : `close ${code} ${reason}`.trim(),
    });
    this.socket.close(code, reason);
  }

  /** Breaks the TCP connection without a close frame. */
  drop(): void {
    this.#ours = true;
    this.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      on: this.name,
      value: "connection broken",
    });
    this.socket.terminate();
  }

  /** Stops (or resumes) reading: neither frames nor pings are answered, the connection stays open. */
  stall(on: boolean): void {
    this.stalled = on;
    this.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      on: this.name,
      name: "stall",
      value: on ? "stalled: reads and answers nothing" : "reads again",
    });
    if (on) this.socket.pause();
    else this.socket.resume();
  }

  /** Ends the connection when its case is over; nothing of it is judged any more. */
  async finish(): Promise<void> {
    if (!this.open) return;
    this.#ours = true;
    if (this.stalled) this.socket.terminate();
    else this.socket.close(1001);
    const timer = setTimeout(() => {
      this.socket.terminate();
    }, CLOSE_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

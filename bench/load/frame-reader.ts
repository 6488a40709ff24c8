const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** Where a payload stands: bytes `start` up to `end` of `bytes`, valid during the call. */
export interface PayloadTaker {
  text(bytes: Buffer, start: number, end: number): void;
  ping(bytes: Buffer, start: number, end: number): void;
  closed(code: number): void;
}

/** Cuts what a server sends into WebSocket frames. Servers send them whole and unmasked (RFC 6455). */
export class FrameReader {
  /** The beginning of a frame whose end has not come yet. */
  #rest: Buffer | undefined;

  constructor(private readonly taker: PayloadTaker) {}

  /** Takes the first `length` bytes of a buffer that the caller uses again. */
  push(buffer: Buffer, length: number): void {
    const fresh = buffer.subarray(0, length);
    const bytes = this.#rest === undefined ? fresh : Buffer.concat([this.#rest, fresh]);
    const end = bytes.length;
    let at = 0;
    while (end - at >= 2) {
      const lengthCode = bytes[at + 1] ?? 0;
      const headBytes = lengthCode < 126 ? 2 : lengthCode === 126 ? 4 : 10;
      if (end - at < headBytes) break;
      const size =
        lengthCode < 126
          ? lengthCode
          : lengthCode === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      const start = at + headBytes;
      if (end - start < size) break;
      this.#take(bytes[at] ?? 0, bytes, start, start + size);
      at = start + size;
    }
    this.#rest = at === end ? undefined : Buffer.from(bytes.subarray(at));
  }

  #take(first: number, bytes: Buffer, start: number, end: number): void {
    if ((first & 0x80) === 0) throw new Error("the server sent a frame in pieces");
    const kind = first & 0x0f;
    if (kind === TEXT) this.taker.text(bytes, start, end);
    else if (kind === PING) this.taker.ping(bytes, start, end);
    else if (kind === CLOSE) this.taker.closed(end - start >= 2 ? bytes.readUInt16BE(start) : 1005);
    else if (kind !== PONG) throw new Error(`the server sent a frame of kind ${kind}`);
  }
}

const COMMA = 0x2c;
/** Numbers an event: where it ends, and when it was appended. */
const WIDTH = 2;
/** What the numbers of an event take. */
const INDEX_BYTES = WIDTH * Uint32Array.BYTES_PER_ELEMENT;
const MOST_MS = 0xffff_ffff;
/** Three bytes a UTF-16 unit is the most that UTF-8 needs. */
const BYTES_A_UNIT = 3;

/**
 * Events as bytes, a comma after each, from the front; their numbers from the back, in the same memory. So
 * nothing of an event is left to the garbage collector.
 */
export class HistoryChunk {
  readonly #buffer: Buffer;
  readonly #numbers: Uint32Array;
  #firstId = 0;
  #startedAt = 0;
  #count = 0;
  #used = 0;

  /** @param size bytes for events and their numbers */
  constructor(size: number) {
    const words = Math.ceil(size / Uint32Array.BYTES_PER_ELEMENT);
    this.#buffer = Buffer.allocUnsafeSlow(words * Uint32Array.BYTES_PER_ELEMENT);
    this.#numbers = new Uint32Array(this.#buffer.buffer, 0, words);
  }

  /** The size that a chunk for one event of so many bytes has at least. */
  static sizeFor(bytes: number): number {
    return bytes + 1 + INDEX_BYTES;
  }

  get size(): number {
    return this.#buffer.length;
  }

  get firstId(): number {
    return this.#firstId;
  }

  get count(): number {
    return this.#count;
  }

  /** Begins anew, with an event of this id. */
  restart(firstId: number, now: number): void {
    this.#firstId = firstId;
    this.#startedAt = now;
    this.#count = 0;
    this.#used = 0;
  }

  /** How many bytes an event took, its comma included; 0 where there is no room for it. */
  append(frame: string, at: number): number {
    const start = this.#used;
    const room = this.size - start - (this.#count + 1) * INDEX_BYTES - 1;
    if (frame.length * BYTES_A_UNIT > room && Buffer.byteLength(frame) > room) return 0;
    const end = start + this.#buffer.write(frame, start, "utf8");
    this.#buffer[end] = COMMA;
    this.#used = end + 1;
    const place = this.#numbers.length - (this.#count + 1) * WIDTH;
    this.#numbers[place] = end + 1;
    this.#numbers[place + 1] = Math.min(at - this.#startedAt, MOST_MS);
    this.#count += 1;
    return end + 1 - start;
  }

  start(index: number): number {
    return index <= 0 ? 0 : this.end(index - 1);
  }

  /** Where an event ends, its comma included; where all do for one that is not there. */
  end(index: number): number {
    if (index >= this.#count) return this.#used;
    return this.#numbers[this.#numbers.length - (index + 1) * WIDTH] ?? 0;
  }

  appendedAt(index: number): number {
    return this.#startedAt + (this.#numbers[this.#numbers.length - (index + 1) * WIDTH + 1] ?? 0);
  }

  /** Good until the chunk begins anew. */
  view(from: number, to: number): Uint8Array {
    return this.#buffer.subarray(from, to);
  }
}

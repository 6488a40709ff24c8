/** Bytes that stay what they are. The view of them is made for the first who asks: often nobody does. */
export class KeptBytes {
  #bytes: Uint8Array | undefined;

  constructor(
    private readonly buffer: Buffer,
    private readonly start: number,
    private readonly length: number,
  ) {}

  get bytes(): Uint8Array {
    return (this.#bytes ??= new Uint8Array(
      this.buffer.buffer,
      this.buffer.byteOffset + this.start,
      this.length,
    ));
  }
}

/**
 * The events of one stream as bytes, oldest first. Bytes are appended to chunks and never written to
 * again, so that a slice may be handed to a socket; a chunk is dropped with its last event. Frames stand
 * with a comma after each, so that a page of a SYNC is one slice of each chunk that it touches.
 */
export class History {
  readonly #chunks: Chunk[] = [];
  #firstId: number;
  #nextId: number;
  #bytes = 0;

  /** @param headId the id after which the first append stands */
  constructor(headId: number) {
    this.#firstId = headId + 1;
    this.#nextId = headId + 1;
  }

  /** The oldest kept id; one beyond the newest where nothing is kept. */
  get firstId(): number {
    return this.#firstId;
  }

  /** Bytes held, separators included. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#nextId - this.#firstId;
  }

  /** Appends one frame and returns where its bytes stand. */
  append(frame: string, at: number): KeptBytes {
    let chunk = this.#chunks.at(-1);
    // Three bytes a UTF-16 unit is the most that UTF-8 needs.
    if (chunk === undefined || chunk.buffer.length - chunk.used < frame.length * 3 + 1) {
      const needed = Buffer.byteLength(frame) + 1;
      if (chunk === undefined || chunk.buffer.length - chunk.used < needed) {
        const size = Math.min((chunk?.buffer.length ?? FIRST_CHUNK_BYTES / 2) * 2, CHUNK_BYTES);
        chunk = new Chunk(this.#nextId, Math.max(size, needed));
        this.#chunks.push(chunk);
      }
    }
    const start = chunk.used;
    const length = chunk.buffer.write(frame, start, "utf8");
    chunk.buffer[start + length] = COMMA;
    chunk.used = start + length + 1;
    chunk.ends.push(chunk.used);
    chunk.times.push(at);
    this.#nextId += 1;
    this.#bytes += length + 1;
    return new KeptBytes(chunk.buffer, start, length);
  }

  /** When an event was appended; undefined where it is not kept. */
  appendedAt(eventId: number): number | undefined {
    if (eventId < this.#firstId || eventId >= this.#nextId) return undefined;
    const chunk = this.#chunks[this.#chunkIndexOf(eventId)];
    return chunk?.times[eventId - chunk.firstId];
  }

  /** Forgets from the front: more than `maxCount` events, more than `maxBytes`, or older than `before`. */
  trim(maxCount: number, maxBytes: number, before: number): void {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      while (chunk.firstId + chunk.ends.length > this.#firstId) {
        const index = this.#firstId - chunk.firstId;
        const stays =
          this.count <= maxCount && this.#bytes <= maxBytes && (chunk.times[index] ?? 0) >= before;
        if (stays) return;
        this.#bytes -= chunk.end(index) - chunk.start(index);
        this.#firstId += 1;
      }
      this.#chunks.shift();
    }
  }

  /** The last id of the page that begins after `afterId`; `afterId` itself where nothing follows. */
  pageEnd(afterId: number, maxEvents: number, maxBytes: number): number {
    let last = afterId;
    let budget = maxBytes + 1;
    let index = this.#chunkIndexOf(afterId + 1);
    for (let chunk = this.#chunks[index]; chunk !== undefined; chunk = this.#chunks[++index]) {
      const from = last + 1 - chunk.firstId;
      const most = Math.min(chunk.ends.length, from + maxEvents - (last - afterId));
      const start = chunk.start(from);
      let low = from;
      let high = most;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (chunk.end(middle - 1) - start <= budget) low = middle;
        else high = middle - 1;
      }
      // SYNC-27: a page holds one event at least, however large it is.
      if (low === from && last === afterId && most > from) low = from + 1;
      last = chunk.firstId + low - 1;
      if (low < chunk.ends.length || last - afterId >= maxEvents) return last;
      budget -= chunk.end(low - 1) - start;
    }
    return last;
  }

  /** The frames after `afterId` up to `lastId`, joined by commas. */
  slice(afterId: number, lastId: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let next = afterId + 1;
    let index = this.#chunkIndexOf(next);
    for (let chunk = this.#chunks[index]; chunk !== undefined; chunk = this.#chunks[++index]) {
      if (next > lastId) break;
      const from = next - chunk.firstId;
      const to = Math.min(lastId - chunk.firstId, chunk.ends.length - 1);
      parts.push(chunk.buffer.subarray(chunk.start(from), chunk.end(to)));
      next = chunk.firstId + to + 1;
    }
    const only = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    return only === undefined || only.length === 0 ? NOTHING : only.subarray(0, only.length - 1);
  }

  /** Frames after `afterId`, one by one. */
  *frames(afterId: number): Generator<{ readonly eventId: number; readonly frame: Uint8Array }> {
    for (let id = Math.max(afterId + 1, this.#firstId); id < this.#nextId; id += 1) {
      yield { eventId: id, frame: this.slice(id - 1, id) };
    }
  }

  #chunkIndexOf(id: number): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.firstId ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const FIRST_CHUNK_BYTES = 2_048;
const CHUNK_BYTES = 65_536;
const COMMA = 0x2c;
const NOTHING = new Uint8Array(0);

class Chunk {
  readonly firstId: number;
  readonly buffer: Buffer;
  /** Where each event ends, its separator included. */
  readonly ends: number[] = [];
  readonly times: number[] = [];
  used = 0;

  constructor(firstId: number, size: number) {
    this.firstId = firstId;
    this.buffer = Buffer.allocUnsafeSlow(size);
  }

  start(index: number): number {
    return index <= 0 ? 0 : (this.ends[index - 1] ?? 0);
  }

  end(index: number): number {
    return this.ends[index] ?? this.used;
  }
}

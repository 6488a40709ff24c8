import { HistoryChunk } from "./history-chunk.js";

/**
 * The events of one stream as bytes, oldest first, in chunks of memory that are used again when their last
 * event is dropped: whoever asks for events gets a copy. Frames stand with a comma after each, so that a
 * page of a SYNC is one piece of each chunk that it touches.
 */
export class History {
  readonly #chunks: HistoryChunk[] = [];
  /** One that holds nothing any more. A history that is full drops a chunk for each that it fills. */
  #spare: HistoryChunk | undefined;
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

  /** Bytes of the events held, separators included. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#nextId - this.#firstId;
  }

  /** @param at monotonic milliseconds, never less than those of the event before */
  append(frame: string, at: number): void {
    const taken = this.#chunks.at(-1)?.append(frame, at) ?? 0;
    this.#bytes += taken === 0 ? this.#opened(frame, at).append(frame, at) : taken;
    this.#nextId += 1;
  }

  /** A new last chunk, in which there is room for the frame. */
  #opened(frame: string, now: number): HistoryChunk {
    const size = Math.min((this.#chunks.at(-1)?.size ?? FIRST_CHUNK_BYTES / 2) * 2, CHUNK_BYTES);
    const needed = HistoryChunk.sizeFor(Buffer.byteLength(frame));
    const spare = this.#spare;
    const isFit = spare !== undefined && spare.size >= needed;
    const chunk = isFit ? spare : new HistoryChunk(Math.max(size, needed));
    if (isFit) this.#spare = undefined;
    chunk.restart(this.#nextId, now);
    this.#chunks.push(chunk);
    return chunk;
  }

  /** When an event was appended; undefined where it is not kept. */
  appendedAt(eventId: number): number | undefined {
    if (eventId < this.#firstId || eventId >= this.#nextId) return undefined;
    const chunk = this.#chunks[this.#chunkIndexOf(eventId)];
    return chunk?.appendedAt(eventId - chunk.firstId);
  }

  /** Forgets from the front: more than `maxCount` events, more than `maxBytes`, or older than `before`. */
  trim(maxCount: number, maxBytes: number, before: number): void {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      while (chunk.firstId + chunk.count > this.#firstId) {
        const index = this.#firstId - chunk.firstId;
        const stays =
          this.count <= maxCount && this.#bytes <= maxBytes && chunk.appendedAt(index) >= before;
        if (stays) return;
        this.#bytes -= chunk.end(index) - chunk.start(index);
        this.#firstId += 1;
      }
      this.#chunks.shift();
      if (chunk.size === CHUNK_BYTES) this.#spare = chunk;
    }
  }

  /** The last id of the page that begins after `afterId`; `afterId` itself where nothing follows. */
  pageEnd(afterId: number, maxEvents: number, maxBytes: number): number {
    let last = afterId;
    let budget = maxBytes + 1;
    let index = this.#chunkIndexOf(afterId + 1);
    for (let chunk = this.#chunks[index]; chunk !== undefined; chunk = this.#chunks[++index]) {
      const from = last + 1 - chunk.firstId;
      const most = Math.min(chunk.count, from + maxEvents - (last - afterId));
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
      if (low < chunk.count || last - afterId >= maxEvents) return last;
      budget -= chunk.end(low - 1) - start;
    }
    return last;
  }

  /** The frames after `afterId` up to `lastId`, joined by commas: a copy. */
  slice(afterId: number, lastId: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let next = afterId + 1;
    let index = this.#chunkIndexOf(next);
    for (let chunk = this.#chunks[index]; chunk !== undefined; chunk = this.#chunks[++index]) {
      if (next > lastId) break;
      const to = Math.min(lastId - chunk.firstId, chunk.count - 1);
      parts.push(chunk.view(chunk.start(next - chunk.firstId), chunk.end(to)));
      next = chunk.firstId + to + 1;
    }
    const copy = Buffer.concat(parts);
    return copy.subarray(0, Math.max(0, copy.length - 1));
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

// WebSocket frames (RFC 6455, 5.2) as a client writes them, right or deliberately wrong.

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameShape {
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** Default true. */
  readonly isLast?: boolean;
  /** Clients must; default true. */
  readonly isMasked?: boolean;
  /** Three reserved bits, 0 to 7; default 0. */
  readonly reserved?: number;
  /** What the length says, where that is to be a lie. */
  readonly claimedLength?: bigint;
}

/** The bytes of a frame. A mask of zeros is a mask, and leaves the payload as it is. */
export function frameBytes(shape: FrameShape): Buffer {
  const { opcode, payload, isLast = true, isMasked = true, reserved = 0, claimedLength } = shape;
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const length = claimedLength ?? BigInt(payload.length);
  const head =
    length < 126n
      ? Buffer.of(first, mask | Number(length))
      : length < 65_536n
        ? Buffer.of(first, mask | 126, Number(length >> 8n), Number(length & 255n))
        : longHead(first, mask, length);
  return Buffer.concat(isMasked ? [head, ZERO_MASK, payload] : [head, payload]);
}

const ZERO_MASK = Buffer.alloc(4);

function longHead(first: number, mask: number, length: bigint): Buffer {
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = mask | 127;
  head.writeBigUInt64BE(length, 2);
  return head;
}

/** A message in so many fragments. */
export function messageBytes(payload: Uint8Array, isBinary: boolean, pieces = 1): Buffer {
  const opcode = isBinary ? OPCODE.binary : OPCODE.text;
  const count = Math.max(1, Math.min(pieces, payload.length));
  if (count === 1) return frameBytes({ opcode, payload });
  const size = Math.ceil(payload.length / count);
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const isLast = at + size >= payload.length;
    const part = payload.subarray(at, at + size);
    frames.push(frameBytes({ opcode: at === 0 ? opcode : 0, payload: part, isLast }));
  }
  return Buffer.concat(frames);
}

/** What a server sent, one complete frame after the other. Reference servers do not fragment. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  constructor(private readonly take: (opcode: number, payload: Buffer) => void) {}

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (frame === undefined) break;
      at = frame.end;
      this.take((bytes[frame.start] ?? 0) & 15, bytes.subarray(frame.from, frame.end));
    }
    this.#rest = bytes.subarray(at);
  }
}

/** Where the frame that begins at `start` has its payload; undefined while it is incomplete. */
function frameAt(
  bytes: Buffer,
  start: number,
): { readonly start: number; readonly from: number; readonly end: number } | undefined {
  if (bytes.length < start + 2) return undefined;
  const short = (bytes[start + 1] ?? 0) & 127;
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < start + 2 + wide) return undefined;
  const length =
    wide === 0
      ? short
      : wide === 2
        ? bytes.readUInt16BE(start + 2)
        : Number(bytes.readBigUInt64BE(start + 2));
  const from = start + 2 + wide;
  return bytes.length < from + length ? undefined : { start, from, end: from + length };
}

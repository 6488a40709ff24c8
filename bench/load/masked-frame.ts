const MASK = [0x5a, 0xc3, 0x1e, 0x87] as const;
const MEDIUM = 126;

/** A client's frame, masked: `head` bytes stand before the payload. */
export interface MaskedFrame {
  readonly bytes: Buffer;
  readonly head: number;
}

/** A frame of up to 65 535 payload bytes. Its mask is always the same: a server has to undo it all the same. */
export function maskedFrame(payload: Buffer, opcode = 0x1): MaskedFrame {
  const isShort = payload.length < MEDIUM;
  const head = isShort ? 6 : 8;
  const bytes = Buffer.allocUnsafe(head + payload.length);
  bytes[0] = 0x80 | opcode;
  bytes[1] = 0x80 | (isShort ? payload.length : MEDIUM);
  if (!isShort) bytes.writeUInt16BE(payload.length, 2);
  bytes.set(MASK, head - 4);
  for (let at = 0; at < payload.length; at += 1) bytes[head + at] = masked(payload[at] ?? 0, at);
  return { bytes, head };
}

/** One byte of a payload as it travels, `at` bytes behind the payload's beginning. */
export function masked(byte: number, at: number): number {
  return byte ^ (MASK[at & 3] ?? 0);
}

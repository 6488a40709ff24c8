// What may be wrong below the messages: bytes that break RFC 6455 or that never become a message.

import { randomBytes } from "node:crypto";
import type { Chance } from "../../conformance/hostile/chance.js";
import { frameBytes, OPCODE } from "../wire/frame.js";

export interface RawDamage {
  readonly what: string;
  readonly bytes: Buffer;
  /** A half frame is no fault yet: the peer breaks off, the server waits. */
  readonly isHalf?: true;
}

const TEXT = Buffer.from('{"type":"HEARTBEAT"}');
const NOTHING = Buffer.alloc(0);
const CLOSE_CODES = [0, 999, 1004, 1005, 1006, 1015, 2_999, 65_535];

const KINDS: readonly ((chance: Chance) => RawDamage)[] = [
  () => ({
    what: "a frame without a mask",
    bytes: frameBytes({ opcode: OPCODE.text, payload: TEXT, isMasked: false }),
  }),
  (chance) => {
    const opcode = chance.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
    return { what: `opcode ${opcode}`, bytes: frameBytes({ opcode, payload: TEXT }) };
  },
  (chance) => {
    const reserved = 1 + chance.below(7);
    const bytes = frameBytes({ opcode: OPCODE.text, payload: TEXT, reserved });
    return { what: `reserved bits ${reserved}`, bytes };
  },
  () => ({
    what: "a continuation of nothing",
    bytes: frameBytes({ opcode: OPCODE.continuation, payload: TEXT }),
  }),
  () => ({
    what: "a message within a message",
    bytes: Buffer.concat([
      frameBytes({ opcode: OPCODE.text, payload: TEXT, isLast: false }),
      frameBytes({ opcode: OPCODE.text, payload: TEXT }),
    ]),
  }),
  () => ({
    what: "a ping of 126 bytes",
    bytes: frameBytes({ opcode: OPCODE.ping, payload: Buffer.alloc(126) }),
  }),
  () => ({
    what: "a ping in fragments",
    bytes: frameBytes({ opcode: OPCODE.ping, payload: TEXT, isLast: false }),
  }),
  (chance) => {
    const claimedLength = chance.pick([1n << 33n, 1n << 62n, (1n << 64n) - 1n]);
    const bytes = frameBytes({ opcode: OPCODE.text, payload: TEXT, claimedLength });
    return { what: `a length of ${claimedLength}`, bytes };
  },
  () => ({
    what: "a close frame of one byte",
    bytes: frameBytes({ opcode: OPCODE.close, payload: Buffer.of(3) }),
  }),
  (chance) => {
    const code = chance.pick(CLOSE_CODES);
    const payload = Buffer.of(code >> 8, code & 255);
    return { what: `close ${code}`, bytes: frameBytes({ opcode: OPCODE.close, payload }) };
  },
  () => ({
    what: "a close reason that is not UTF-8",
    bytes: frameBytes({ opcode: OPCODE.close, payload: Buffer.of(3, 232, 0xc3, 0x28) }),
  }),
  (chance) => {
    const whole = frameBytes({ opcode: OPCODE.text, payload: TEXT });
    const at = 1 + chance.below(whole.length - 1);
    return { what: `${at} bytes of a frame`, bytes: whole.subarray(0, at), isHalf: true };
  },
  (chance) => {
    const payload = frameBytes({ opcode: OPCODE.text, payload: NOTHING, isLast: false });
    const fragments = Array.from({ length: 1 + chance.below(200) }, (_, index) =>
      index === 0 ? payload : frameBytes({ opcode: 0, payload: NOTHING, isLast: false }),
    );
    return { what: "empty fragments", bytes: Buffer.concat(fragments), isHalf: true };
  },
  (chance) => ({
    what: "bytes of chance",
    bytes: randomBytes(1 + chance.below(64)),
    isHalf: true,
  }),
];

export function rawDamage(chance: Chance): RawDamage {
  return chance.pick(KINDS)(chance);
}

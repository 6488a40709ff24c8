/** What is remembered under an owner's UUID: two whole numbers. */
export interface Remembered {
  /** 0 to 2^32-1. */
  readonly place: number;
  /** 0 to 2^53-1. */
  readonly id: number;
}

const FIRST_CAPACITY = 256;
/** Numbers a slot: four of the UUID, the owner, the place, the lower and the upper part of the id. */
const WIDTH = 8;
const OWNER = 4;
const PLACE = 5;
const ID_LOW = 6;
const ID_HIGH = 7;
const TWO_32 = 4_294_967_296;
const FREE = 0;

/**
 * UUIDs of many owners, each with two numbers, in typed arrays: 33 bytes a slot, at most half of the slots
 * used, and nothing for the garbage collector to walk over, however many messages a server remembers. A
 * byte a slot tells most strangers apart, so that looking for a new UUID, as nearly every message does,
 * stays within memory that is near.
 */
export class UuidTable {
  readonly #owners = new Map<string, number>();
  #mask = FIRST_CAPACITY - 1;
  #size = 0;
  /** Some bits of the hash of each entry; 0 in a slot that is free. */
  #marks = new Uint8Array(FIRST_CAPACITY);
  #entries = new Uint32Array(FIRST_CAPACITY * WIDTH);

  get size(): number {
    return this.#size;
  }

  /** @param uuid 36 characters, hexadecimal digits in either case */
  find(owner: string, uuid: string): Remembered | undefined {
    const ownerIndex = this.#owners.get(owner);
    if (ownerIndex === undefined) return undefined;
    parse(uuid);
    const slot = this.#slotOf(ownerIndex);
    if (this.#marks[slot] === FREE) return undefined;
    const entries = this.#entries;
    const at = slot * WIDTH;
    const id = (entries[at + ID_HIGH] ?? 0) * TWO_32 + (entries[at + ID_LOW] ?? 0);
    return { place: entries[at + PLACE] ?? 0, id };
  }

  set(owner: string, uuid: string, { place, id }: Remembered): void {
    let ownerIndex = this.#owners.get(owner);
    if (ownerIndex === undefined) {
      ownerIndex = this.#owners.size;
      this.#owners.set(owner, ownerIndex);
    }
    if (this.#size * 2 > this.#mask) this.#grow();
    parse(uuid);
    const slot = this.#slotOf(ownerIndex);
    const entries = this.#entries;
    const at = slot * WIDTH;
    if (this.#marks[slot] === FREE) {
      this.#size += 1;
      this.#marks[slot] = markOf(hashed);
      for (let n = 0; n < OWNER; n += 1) entries[at + n] = parsed[n] ?? 0;
      entries[at + OWNER] = ownerIndex;
    }
    entries[at + PLACE] = place;
    entries[at + ID_LOW] = id % TWO_32;
    entries[at + ID_HIGH] = id / TWO_32;
  }

  /** Where the entry of the UUID that was parsed last stands or would stand. */
  #slotOf(owner: number): number {
    hashed = hashOf(owner);
    const mark = markOf(hashed);
    const marks = this.#marks;
    const mask = this.#mask;
    for (let slot = hashed & mask; ; slot = (slot + 1) & mask) {
      const other = marks[slot];
      if (other === FREE || (other === mark && this.#isAt(slot, owner))) return slot;
    }
  }

  #isAt(slot: number, owner: number): boolean {
    const entries = this.#entries;
    const at = slot * WIDTH;
    return (
      entries[at + OWNER] === owner &&
      entries[at] === parsed[0] &&
      entries[at + 1] === parsed[1] &&
      entries[at + 2] === parsed[2] &&
      entries[at + 3] === parsed[3]
    );
  }

  #grow(): void {
    const before = this.#entries;
    const marks = this.#marks;
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    this.#marks = new Uint8Array(capacity);
    this.#entries = new Uint32Array(capacity * WIDTH);
    parsedFrom = "";
    for (let index = 0; index < marks.length; index += 1) {
      if (marks[index] === FREE) continue;
      const from = index * WIDTH;
      for (let n = 0; n < OWNER; n += 1) parsed[n] = before[from + n] ?? 0;
      const slot = this.#slotOf(before[from + OWNER] ?? 0);
      this.#marks[slot] = marks[index] ?? 0;
      for (let n = 0; n < WIDTH; n += 1) this.#entries[slot * WIDTH + n] = before[from + n] ?? 0;
    }
  }
}

/** The 128 bits of the UUID that was parsed last: one is looked for and then remembered. */
const parsed = new Uint32Array(4);
let parsedFrom = "";
/** The hash that was looked for last. */
let hashed = 0;

function parse(uuid: string): void {
  if (uuid === parsedFrom) return;
  parsedFrom = uuid;
  parsed[0] = (digits(uuid, 0) << 16) | digits(uuid, 4);
  parsed[1] = (digits(uuid, 9) << 16) | digits(uuid, 14);
  parsed[2] = (digits(uuid, 19) << 16) | digits(uuid, 24);
  parsed[3] = (digits(uuid, 28) << 16) | digits(uuid, 32);
}

/** Four hexadecimal digits as a number: 0-9 are 0x30 to 0x39, A-F and a-f end in 1 to 6. */
function digits(text: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 4; at += 1) {
    const code = text.charCodeAt(at);
    word = (word << 4) | ((code & 15) + (code >> 6) * 9);
  }
  return word;
}

/** Of the UUID that was parsed last with its owner, a whole number below 2^30. */
function hashOf(owner: number): number {
  let mixed = Math.imul((parsed[0] ?? 0) ^ Math.imul(owner + 1, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (parsed[1] ?? 0), 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ (parsed[2] ?? 0), 0x27d4_eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ (parsed[3] ?? 0), 0x1656_67b1);
  return (mixed ^ (mixed >>> 15)) & 0x3fff_ffff;
}

/** Never FREE. The upper bits: the lower ones choose the slot. */
function markOf(hash: number): number {
  return (hash >>> 22) | 1;
}

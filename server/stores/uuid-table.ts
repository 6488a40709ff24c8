/** What is remembered under an owner's UUID: two whole numbers. */
export interface Remembered {
  /** 0 to 2^32-1. */
  readonly place: number;
  /** 0 to 2^53-1. */
  readonly id: number;
}

const FIRST_CAPACITY = 256;
const EMPTY = 0xffff_ffff;

/**
 * UUIDs of many owners, each with two numbers, in typed arrays: 36 bytes an entry at half load, and nothing
 * for the garbage collector to walk over, however many messages a server remembers.
 */
export class UuidTable {
  readonly #owners = new Map<string, number>();
  #mask = FIRST_CAPACITY - 1;
  #size = 0;
  /** Four numbers an entry. */
  #keys = new Uint32Array(FIRST_CAPACITY * 4);
  #ownerOf = new Uint32Array(FIRST_CAPACITY).fill(EMPTY);
  #places = new Uint32Array(FIRST_CAPACITY);
  #ids = new Float64Array(FIRST_CAPACITY);

  get size(): number {
    return this.#size;
  }

  /** @param uuid 36 characters, hexadecimal digits in either case */
  find(owner: string, uuid: string): Remembered | undefined {
    const ownerIndex = this.#owners.get(owner);
    if (ownerIndex === undefined) return undefined;
    const slot = this.#slot(ownerIndex, parse(uuid));
    if (this.#ownerOf[slot] === EMPTY) return undefined;
    return { place: this.#places[slot] ?? 0, id: this.#ids[slot] ?? 0 };
  }

  set(owner: string, uuid: string, { place, id }: Remembered): void {
    let ownerIndex = this.#owners.get(owner);
    if (ownerIndex === undefined) {
      ownerIndex = this.#owners.size;
      this.#owners.set(owner, ownerIndex);
    }
    if (this.#size * 2 > this.#mask) this.#grow();
    this.#put(ownerIndex, parse(uuid), place, id);
  }

  #put(ownerIndex: number, key: Uint32Array, place: number, id: number): void {
    const slot = this.#slot(ownerIndex, key);
    if (this.#ownerOf[slot] === EMPTY) {
      this.#size += 1;
      this.#ownerOf[slot] = ownerIndex;
      this.#keys.set(key, slot * 4);
    }
    this.#places[slot] = place;
    this.#ids[slot] = id;
  }

  /** Where an entry stands or would stand. */
  #slot(ownerIndex: number, key: Uint32Array): number {
    const [a = 0, b = 0, c = 0, d = 0] = [key[0], key[1], key[2], key[3]];
    let hash = Math.imul(a ^ Math.imul(ownerIndex + 1, 0x9e37_79b1), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0xc2b2_ae35);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0x27d4_eb2f);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x1656_67b1);
    const keys = this.#keys;
    for (let slot = (hash ^ (hash >>> 15)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const owner = this.#ownerOf[slot];
      if (owner === EMPTY) return slot;
      const at = slot * 4;
      const isSame =
        owner === ownerIndex &&
        keys[at] === a &&
        keys[at + 1] === b &&
        keys[at + 2] === c &&
        keys[at + 3] === d;
      if (isSame) return slot;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const ownerOf = this.#ownerOf;
    const places = this.#places;
    const ids = this.#ids;
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    this.#size = 0;
    this.#keys = new Uint32Array(capacity * 4);
    this.#ownerOf = new Uint32Array(capacity).fill(EMPTY);
    this.#places = new Uint32Array(capacity);
    this.#ids = new Float64Array(capacity);
    ownerOf.forEach((ownerIndex, slot) => {
      if (ownerIndex === EMPTY) return;
      this.#put(
        ownerIndex,
        keys.subarray(slot * 4, slot * 4 + 4),
        places[slot] ?? 0,
        ids[slot] ?? 0,
      );
    });
  }
}

const parsed = new Uint32Array(4);

/** The 128 bits of a UUID. The answer is the same array each time. */
function parse(uuid: string): Uint32Array {
  let word = 0;
  let digits = 0;
  for (let at = 0; at < 36; at += 1) {
    const code = uuid.charCodeAt(at);
    if (code === DASH) continue;
    // 0-9 are 0x30 to 0x39; A-F and a-f end in 1 to 6.
    word = (word << 4) | (code <= NINE ? code & 15 : (code & 15) + 9);
    digits += 1;
    if ((digits & 7) === 0) parsed[(digits >> 3) - 1] = word;
  }
  return parsed;
}

const DASH = 0x2d;
const NINE = 0x39;

/** What is remembered under an owner's UUID: two whole numbers. */
export interface Remembered {
  /** 0 to 2^32-1. */
  readonly place: number;
  /** 0 to 2^53-1. */
  readonly id: number;
}

const FIRST_CAPACITY = 256;
/** Numbers an entry: four of the UUID, the owner, the place, the lower and the upper part of the id. */
const WIDTH = 8;
const OWNER = 4;
const PLACE = 5;
const ID_LOW = 6;
const ID_HIGH = 7;
const TWO_32 = 4_294_967_296;

/** Stands for an owner who has no entry. */
const NOBODY = -1;

/** Entries of the first page and of every later one. */
const FIRST_PAGE = 64;
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;

/** A slot holds the number of its entry, from 1, and above it some bits of the entry's hash. */
const FREE = 0;
const NUMBER_BITS = 26;
const NUMBERS = (1 << NUMBER_BITS) - 1;

/** A table must not be given more entries than this. */
export const MOST_ENTRIES = NUMBERS;

/**
 * UUIDs of many owners, each with two numbers, in typed arrays: 32 bytes an entry and 8 to 16 of slots, and
 * nothing for the garbage collector to walk over, however many messages a server remembers. Entries are
 * written one behind the other; only the small slots are looked up all over the memory, once a message.
 */
export class UuidTable {
  readonly #owners = new Map<string, number>();
  /** The owner who was asked for last: messages of one come in runs. */
  #latestOwner: string | undefined;
  #latestIndex = NOBODY;
  readonly #pages: Uint32Array[] = [];
  #mask = FIRST_CAPACITY - 1;
  #size = 0;
  #slots = new Uint32Array(FIRST_CAPACITY);
  /** Where the UUID that was looked for last belongs: nearly every one is looked for and then remembered. */
  #soughtUuid = "";
  #soughtOwner = -1;
  #soughtSlot = 0;

  get size(): number {
    return this.#size;
  }

  /** @param uuid 36 characters, hexadecimal digits in either case */
  find(owner: string, uuid: string): Remembered | undefined {
    const ownerIndex = this.#indexOf(owner);
    if (ownerIndex === NOBODY) return undefined;
    const slot = this.#seek(ownerIndex, uuid);
    const number = (this.#slots[slot] ?? FREE) & NUMBERS;
    if (number === FREE) return undefined;
    const page = this.#pageOf(number);
    const at = placeOf(number);
    const id = (page[at + ID_HIGH] ?? 0) * TWO_32 + (page[at + ID_LOW] ?? 0);
    return { place: page[at + PLACE] ?? 0, id };
  }

  set(owner: string, uuid: string, place: number, id: number): void {
    let ownerIndex = this.#indexOf(owner);
    if (ownerIndex === NOBODY) {
      ownerIndex = this.#owners.size;
      this.#owners.set(owner, ownerIndex);
    }
    if (this.#size * 2 > this.#mask) this.#grow();
    parse(uuid);
    const isSought = this.#soughtUuid === uuid && this.#soughtOwner === ownerIndex;
    const slot = isSought ? this.#soughtSlot : this.#seek(ownerIndex, uuid);
    let number = (this.#slots[slot] ?? FREE) & NUMBERS;
    if (number === FREE) {
      number = this.#size + 1;
      this.#size = number;
      this.#slots[slot] = slotOf(number, hashOf(ownerIndex));
      this.#write(number, ownerIndex);
    }
    const page = this.#pageOf(number);
    const at = placeOf(number);
    page[at + PLACE] = place;
    const low = id >>> 0; // id modulo 2^32, and quicker
    page[at + ID_LOW] = low;
    page[at + ID_HIGH] = (id - low) / TWO_32;
    forgetParsed();
  }

  #indexOf(owner: string): number {
    if (owner === this.#latestOwner) return this.#latestIndex;
    const index = this.#owners.get(owner);
    if (index === undefined) return NOBODY;
    this.#latestOwner = owner;
    return (this.#latestIndex = index);
  }

  /** Where the entry of a UUID stands or would stand. */
  #seek(owner: number, uuid: string): number {
    parse(uuid);
    const hash = hashOf(owner);
    const mark = markOf(hash);
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (let held = slots[slot]; held !== undefined && held !== FREE; held = slots[slot]) {
      if (held >>> NUMBER_BITS === mark && this.#isAt(held & NUMBERS, owner)) break;
      slot = (slot + 1) & mask;
    }
    this.#soughtUuid = uuid;
    this.#soughtOwner = owner;
    this.#soughtSlot = slot;
    return slot;
  }

  #isAt(number: number, owner: number): boolean {
    const page = this.#pageOf(number);
    const at = placeOf(number);
    return (
      page[at + OWNER] === owner &&
      page[at] === parsed[0] &&
      page[at + 1] === parsed[1] &&
      page[at + 2] === parsed[2] &&
      page[at + 3] === parsed[3]
    );
  }

  /** Writes the UUID that was parsed last. A first page is short, so that a small table is. */
  #write(number: number, owner: number): void {
    const index = (number - 1) >> PAGE_BITS;
    let page = this.#pages[index];
    const needed = placeOf(number) + WIDTH;
    if (page === undefined || page.length < needed) {
      const isFirst = index === 0;
      const entries = isFirst ? Math.max(FIRST_PAGE, (2 * (needed - WIDTH)) / WIDTH) : PAGE;
      const larger = new Uint32Array(Math.min(entries, PAGE) * WIDTH);
      if (page !== undefined) larger.set(page);
      this.#pages[index] = page = larger;
    }
    const at = placeOf(number);
    for (let n = 0; n < OWNER; n += 1) page[at + n] = parsed[n] ?? 0;
    page[at + OWNER] = owner;
  }

  #pageOf(number: number): Uint32Array {
    return this.#pages[(number - 1) >> PAGE_BITS] ?? NO_PAGE;
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    const slots = new Uint32Array(capacity);
    this.#slots = slots;
    this.#soughtOwner = -1;
    forgetParsed();
    for (let number = 1; number <= this.#size; number += 1) {
      const page = this.#pageOf(number);
      const at = placeOf(number);
      for (let n = 0; n < OWNER; n += 1) parsed[n] = page[at + n] ?? 0;
      const hash = hashOf(page[at + OWNER] ?? 0);
      let slot = hash & this.#mask;
      while (slots[slot] !== FREE) slot = (slot + 1) & this.#mask;
      slots[slot] = slotOf(number, hash);
    }
  }
}

const NO_PAGE = new Uint32Array(0);

/** Where an entry begins in its page. */
function placeOf(number: number): number {
  return ((number - 1) & (PAGE - 1)) * WIDTH;
}

function slotOf(number: number, hash: number): number {
  return ((markOf(hash) << NUMBER_BITS) | number) >>> 0;
}

/** The 128 bits of the UUID that was parsed last: one is looked for and then remembered. */
const parsed = new Uint32Array(4);
let parsedFrom = "";

/** The next UUID is another: to find that out would cost as much as to parse it. */
function forgetParsed(): void {
  parsedFrom = "";
}

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
  const a = text.charCodeAt(from);
  const b = text.charCodeAt(from + 1);
  const c = text.charCodeAt(from + 2);
  const d = text.charCodeAt(from + 3);
  return (
    (((a & 15) + (a >> 6) * 9) << 12) |
    (((b & 15) + (b >> 6) * 9) << 8) |
    (((c & 15) + (c >> 6) * 9) << 4) |
    ((d & 15) + (d >> 6) * 9)
  );
}

/** Of the UUID that was parsed last with its owner, a whole number below 2^30. */
function hashOf(owner: number): number {
  let mixed = Math.imul((parsed[0] ?? 0) ^ Math.imul(owner + 1, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ (parsed[1] ?? 0), 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ (parsed[2] ?? 0), 0x27d4_eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ (parsed[3] ?? 0), 0x1656_67b1);
  return (mixed ^ (mixed >>> 15)) & 0x3fff_ffff;
}

/** The upper six bits: the lower ones choose the slot. */
function markOf(hash: number): number {
  return hash >>> 24;
}

import { parsePattern, type PatternNode } from "./pattern-syntax.js";

/** Beyond so many, repetitions are taken to have no end; of loops fewer are too many. */
const MOST_COPIES = 4;
const MOST_COPIES_OF_LOOPS = 2;
/** Patterns of more places than this are not judged. */
const MOST_PLACES = 300;

/**
 * Whether an engine that tries one way after the other may need a number of steps that doubles with every
 * character of a text: a loop can read the same text in two ways. Languages differ, JavaScript and Python do
 * it so. A pattern that looks around or looks back is not judged, nor one that is merely slow in proportion
 * to a power of the length, which `maxLength` bounds.
 */
export function doublesWork(pattern: string): boolean {
  const node = parsePattern(pattern);
  if (node === undefined) return false;
  const places = new Places();
  try {
    places.of(node);
  } catch (error) {
    if (error instanceof TooMany) return false;
    throw error;
  }
  return places.hasTwoWays();
}

/** Whether a part is read in a loop somewhere inside. */
function hasLoop(node: PatternNode): boolean {
  switch (node.kind) {
    case "character":
      return false;
    case "sequence":
      return node.parts.some(hasLoop);
    case "choice":
      return node.options.some(hasLoop);
    case "repeat":
      return node.max > MOST_COPIES || hasLoop(node.part);
  }
}

class TooMany extends Error {}

/** Where the reading of a part can begin and end, and whether the part may be left out. */
interface Ends {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly mayBeEmpty: boolean;
}

const NOWHERE: Ends = { first: [], last: [], mayBeEmpty: true };

/** The characters of a pattern as places (Glushkov's automaton), and in how many ways one follows another. */
class Places {
  readonly #among: bigint[] = [];
  /** From each place to those that may come next, with the number of ways. */
  readonly #next: Map<number, number>[] = [];

  of(node: PatternNode): Ends {
    switch (node.kind) {
      case "character": {
        const place = this.#among.push(node.among) - 1;
        if (place >= MOST_PLACES) throw new TooMany();
        this.#next.push(new Map());
        return { first: [place], last: [place], mayBeEmpty: false };
      }
      case "sequence":
        return node.parts.reduce<Ends>((ends, part) => this.#joined(ends, this.of(part)), NOWHERE);
      case "choice": {
        const options = node.options.map((option) => this.of(option));
        return {
          first: options.flatMap(({ first }) => first),
          last: options.flatMap(({ last }) => last),
          mayBeEmpty: options.some(({ mayBeEmpty }) => mayBeEmpty),
        };
      }
      case "repeat":
        return this.#repeated(node.part, node.min, node.max);
    }
  }

  /** A bounded repetition is copied: x{1,3} is x(x(x)?)?; its copies are read in one way. */
  #repeated(part: PatternNode, min: number, max: number): Ends {
    if (max === 0) return NOWHERE;
    if (max > (hasLoop(part) ? MOST_COPIES_OF_LOOPS : MOST_COPIES)) {
      const ends = this.of(part);
      this.#follow(ends.last, ends.first);
      return { ...ends, mayBeEmpty: ends.mayBeEmpty || min === 0 };
    }
    const ends = this.of(part);
    const more = max === 1 ? NOWHERE : this.#repeated(part, Math.max(min - 1, 0), max - 1);
    const joined = this.#joined(ends, more);
    return min === 0 ? { ...joined, mayBeEmpty: true } : joined;
  }

  #joined(one: Ends, other: Ends): Ends {
    this.#follow(one.last, other.first);
    return {
      first: one.mayBeEmpty ? [...one.first, ...other.first] : one.first,
      last: other.mayBeEmpty ? [...one.last, ...other.last] : other.last,
      mayBeEmpty: one.mayBeEmpty && other.mayBeEmpty,
    };
  }

  #follow(from: readonly number[], to: readonly number[]): void {
    for (const place of from) {
      for (const next of to) {
        const ways = this.#next[place];
        ways?.set(next, (ways.get(next) ?? 0) + 1);
      }
    }
  }

  /** Whether a place comes back to itself by two ways over one text. */
  hasTwoWays(): boolean {
    return this.#among.some((_, place) => this.#comesBackTwice(place));
  }

  #comesBackTwice(home: number): boolean {
    const size = this.#among.length;
    const seen = new Set<number>();
    const waiting: { readonly one: number; readonly other: number; readonly parted: boolean }[] = [
      { one: home, other: home, parted: false },
    ];
    for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
      for (const [one, waysOne] of this.#next[pair.one] ?? []) {
        for (const [other, waysOther] of this.#next[pair.other] ?? []) {
          if (((this.#among[one] ?? 0n) & (this.#among[other] ?? 0n)) === 0n) continue;
          const isSame = pair.one === pair.other && one === other;
          const parted = pair.parted || one !== other || (isSame && waysOne * waysOther > 1);
          if (parted && one === home && other === home) return true;
          const key = (one * size + other) * 2 + (parted ? 1 : 0);
          if (seen.has(key)) continue;
          seen.add(key);
          waiting.push({ one, other, parted });
        }
      }
    }
    return false;
  }
}

/** A regular expression as a tree. Characters are bits: those of ASCII, and one for all others. */
export type PatternNode =
  | { readonly kind: "character"; readonly among: bigint }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternNode;
      readonly min: number;
      /** Infinity without a bound. */
      readonly max: number;
    };

const OTHERS = 128;
const ALL = (1n << BigInt(OTHERS + 1)) - 1n;
const EMPTY: PatternNode = { kind: "sequence", parts: [] };

const SHORTHANDS: Readonly<Record<string, bigint>> = {
  d: span("0", "9"),
  w: span("0", "9") | span("A", "Z") | span("a", "z") | bitOf("_"),
  s: bitOf(" ") | span("\t", "\r") | bitAt(OTHERS),
};
const ESCAPES: Readonly<Record<string, string>> = {
  t: "\t",
  n: "\n",
  r: "\r",
  f: "\f",
  v: "\v",
  "0": "\0",
};

/**
 * Reads an ECMAScript regular expression with the flag u. Undefined where it looks around, looks back or
 * names properties of Unicode, and for what is no regular expression.
 */
export function parsePattern(pattern: string): PatternNode | undefined {
  try {
    const parser = new Parser(Array.from(pattern));
    const node = parser.choice();
    return parser.isDone ? node : undefined;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** What is written here is not read. */
class Unread extends Error {}

class Parser {
  #at = 0;

  constructor(private readonly text: readonly string[]) {}

  get isDone(): boolean {
    return this.#at === this.text.length;
  }

  choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#takes("|")) options.push(this.#sequence());
    return options.length === 1 ? (options[0] ?? EMPTY) : { kind: "choice", options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (let next = this.#next; next !== undefined && next !== "|" && next !== ")";) {
      if (next === "^" || next === "$") this.#at += 1;
      else parts.push(this.#repeated(this.#atom()));
      next = this.#next;
    }
    return { kind: "sequence", parts };
  }

  #atom(): PatternNode {
    const next = this.#take();
    if (next === "(") return this.#group();
    if (next === "[") return { kind: "character", among: this.#class() };
    if (next === ".") return { kind: "character", among: ALL & ~bitOf("\n") & ~bitOf("\r") };
    if (next === "\\") return { kind: "character", among: this.#escape() };
    if ("*+?{}])".includes(next)) throw new Unread();
    return { kind: "character", among: bitOf(next) };
  }

  #group(): PatternNode {
    if (this.#takes("?")) {
      if (this.#takes("<")) {
        if (this.#next === "=" || this.#next === "!") throw new Unread();
        while (this.#take() !== ">");
      } else if (!this.#takes(":")) throw new Unread();
    }
    const node = this.choice();
    if (!this.#takes(")")) throw new Unread();
    return node;
  }

  #repeated(part: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    this.#takes("?"); // lazy: the same ways in another order
    return { kind: "repeat", part, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    if (this.#takes("*")) return { min: 0, max: Infinity };
    if (this.#takes("+")) return { min: 1, max: Infinity };
    if (this.#takes("?")) return { min: 0, max: 1 };
    if (!this.#takes("{")) return undefined;
    const min = this.#number();
    const isRange = this.#takes(",");
    const max = !isRange ? min : this.#next === "}" ? Infinity : this.#number();
    if (!this.#takes("}")) throw new Unread();
    return { min, max };
  }

  #number(): number {
    let digits = "";
    while (/^[0-9]$/u.test(this.#next ?? "")) digits += this.#take();
    if (digits === "") throw new Unread();
    return Number(digits);
  }

  #class(): bigint {
    const isOther = this.#takes("^");
    let among = 0n;
    while (!this.#takes("]")) {
      const from = this.#member();
      const isRange = this.#next === "-" && this.text[this.#at + 1] !== "]";
      if (isRange) this.#at += 1;
      among |= isRange ? between(from, this.#member()) : from;
    }
    return isOther ? ALL & ~among : among;
  }

  #member(): bigint {
    const next = this.#take();
    return next === "\\" ? this.#escape() : bitOf(next);
  }

  #escape(): bigint {
    const letter = this.#take();
    const shorthand = SHORTHANDS[letter.toLowerCase()];
    if (shorthand !== undefined) return letter in SHORTHANDS ? shorthand : ALL & ~shorthand;
    const control = ESCAPES[letter];
    if (control !== undefined) return bitOf(control);
    if (letter === "x" || letter === "u") return this.#coded(letter === "x" ? 2 : 4);
    if (/^[A-Za-z0-9]$/u.test(letter)) throw new Unread();
    return bitOf(letter);
  }

  #coded(digits: number): bigint {
    let code = "";
    if (this.#takes("{")) {
      for (let digit = this.#take(); digit !== "}"; digit = this.#take()) code += digit;
    } else while (code.length < digits) code += this.#take();
    return /^[0-9A-Fa-f]{1,6}$/u.test(code) ? bitAt(Number.parseInt(code, 16)) : ALL;
  }

  get #next(): string | undefined {
    return this.text[this.#at];
  }

  #take(): string {
    const next = this.#next;
    if (next === undefined) throw new Unread();
    this.#at += 1;
    return next;
  }

  #takes(character: string): boolean {
    if (this.#next !== character) return false;
    this.#at += 1;
    return true;
  }
}

function bitOf(character: string): bigint {
  return bitAt(character.codePointAt(0) ?? 0);
}

function bitAt(code: number): bigint {
  return 1n << BigInt(Math.min(code, OTHERS));
}

function span(from: string, to: string): bigint {
  return between(bitOf(from), bitOf(to));
}

/** All bits from one to another. */
function between(low: bigint, high: bigint): bigint {
  return (high << 1n) - low;
}

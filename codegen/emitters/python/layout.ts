/** Longest line of the generated package; the ruff.toml of its template says the same. */
export const LINE_WIDTH = 100;

const INDENT = 4;

/** A piece of Python: text that stays on its line, or a bracket that may be opened over several lines. */
export type Piece = string | Bracket;

export interface Bracket {
  /** All up to and including the opening bracket, for example `Meta(` or `"live": {`. */
  readonly open: string;
  readonly items: readonly Piece[];
  readonly close: string;
  /** Whether one item keeps its comma on one line, as a tuple's must. */
  readonly tuple?: boolean;
}

/** A call, a subscript, or another bracket behind a prefix. */
export function bracket(open: string, items: readonly Piece[], close: string): Bracket {
  return { open, items, close };
}

/** A tuple of any length. */
export function tuple(items: readonly Piece[]): Bracket {
  return { open: "(", items, close: ")", tuple: true };
}

/**
 * Lays a piece out as `ruff format` would: on one line where it fits, else with an item a line and a
 * comma after the last. The result needs no formatter, so generation needs no Python.
 */
export function layOut(piece: Piece, suffix = "", indent = 0): string {
  const margin = " ".repeat(indent);
  const flat = `${margin}${flatten(piece)}${suffix}`;
  if (typeof piece === "string" || piece.items.length === 0 || width(flat) <= LINE_WIDTH) {
    return flat;
  }
  const items = piece.items.map((item) => layOut(item, ",", indent + INDENT));
  return [`${margin}${piece.open}`, ...items, `${margin}${piece.close}${suffix}`].join("\n");
}

/** The alternatives of an assignment on one line where they fit, else in parentheses with one a line. */
export function layOutUnion(prefix: string, names: readonly string[]): string {
  const flat = `${prefix}${names.join(" | ")}`;
  if (width(flat) <= LINE_WIDTH) return flat;
  const [first = "", ...rest] = names;
  const lines = [first, ...rest.map((name) => `| ${name}`)];
  return [`${prefix}(`, ...lines.map((line) => " ".repeat(INDENT) + line), ")"].join("\n");
}

/** Columns of a text, one a code point: the formatter counts two for wide characters, which contracts do not use. */
export function width(text: string): number {
  return Array.from(text).length;
}

/** A piece on one line. */
export function flatten(piece: Piece): string {
  if (typeof piece === "string") return piece;
  const comma = piece.tuple === true && piece.items.length === 1 ? "," : "";
  return `${piece.open}${piece.items.map(flatten).join(", ")}${comma}${piece.close}`;
}

/** A class or a function keeps two empty lines from its neighbours; other statements keep one. */
export function layOutModule(top: string, statements: readonly string[]): string {
  let text = top;
  let apart = false;
  for (const statement of statements) {
    const large = /^(?:class|def|@)/u.test(statement);
    text += `${large || apart ? "\n\n\n" : "\n\n"}${statement}`;
    apart = large;
  }
  return `${text}\n`;
}

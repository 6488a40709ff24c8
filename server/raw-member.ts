/**
 * The text of a member of a JSON object, as it was written, so that a payload passes through unchanged
 * whatever its numbers (ROUTE-9). The last of several counts, as for JSON.parse. Undefined where there is none.
 * @param text valid JSON of an object
 */
export function rawMember(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = afterSpace(text, text.indexOf("{") + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = afterString(text, at);
    const isNamed = spells(text.slice(at, keyEnd), name);
    const start = afterSpace(text, text.indexOf(":", keyEnd) + 1);
    const end = afterValue(text, start);
    if (isNamed) found = text.slice(start, end);
    at = afterSpace(text, end);
    if (text.charCodeAt(at) === COMMA) at = afterSpace(text, at + 1);
  }
  return found;
}

/** Whether a key, quoted as it stands in the text, is the name; an escaped one may be it too. */
function spells(key: string, name: string): boolean {
  if (key.includes("\\")) return JSON.parse(key) === name;
  return key.length === name.length + 2 && key.startsWith(name, 1);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

function afterString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); ; close = text.indexOf('"', close + 1)) {
    let before = close - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((close - before) % 2 === 1) return close + 1;
  }
}

function afterValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = afterString(text, at);
      if (depth === 0) return at;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      at += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (depth === 0) return at;
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
    } else {
      if (depth === 0 && (code === COMMA || code <= SPACE)) return at;
      at += 1;
    }
  }
  return text.length;
}

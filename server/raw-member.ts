const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The text of a member of a JSON object, as it was written, so that a payload passes through unchanged
 * whatever its numbers (ROUTE-9). Undefined where no member has that name in plain letters.
 * @param text valid JSON of an object
 */
export function rawMember(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = afterSpace(text, text.indexOf("{") + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = afterString(text, at);
    const key = text.slice(at + 1, keyEnd - 1);
    // An escaped key may spell the name too, and then it is not for this function to say which counts.
    if (key.includes("\\")) return undefined;
    const start = afterSpace(text, text.indexOf(":", keyEnd) + 1);
    const end = afterValue(text, start);
    if (key === name) found = text.slice(start, end);
    at = afterSpace(text, end);
    if (text.charAt(at) === ",") at = afterSpace(text, at + 1);
  }
  return found;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
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
    switch (text.charAt(at)) {
      case '"':
        at = afterString(text, at);
        if (depth === 0) return at;
        break;
      case "{":
      case "[":
        depth += 1;
        at += 1;
        break;
      case "}":
      case "]":
        if (depth === 0) return at;
        depth -= 1;
        at += 1;
        if (depth === 0) return at;
        break;
      case ",":
      case " ":
      case "\n":
      case "\r":
      case "\t":
        if (depth === 0) return at;
        at += 1;
        break;
      default:
        at += 1;
    }
  }
  return text.length;
}

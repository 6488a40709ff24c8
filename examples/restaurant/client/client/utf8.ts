const encoder = new TextEncoder();

/** Length of a text in UTF-8, the unit of every byte limit (FRAME-22). */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** Whether a text takes at most `bytes` in UTF-8; most need no counting, as a unit takes at most 3. */
export function fitsUtf8(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || utf8Length(text) <= bytes;
}

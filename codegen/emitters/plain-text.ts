/** A text of a contract on one line, without the characters that sources of some language may not hold. */
export function plainText(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
}

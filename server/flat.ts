/**
 * The same text in one piece. Text that was put together is kept as a tree of its parts, many times its
 * size; what a session holds for hours is worth the copy.
 */
export function flat(text: string): string {
  return Buffer.from(text).toString();
}

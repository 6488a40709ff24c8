/**
 * Formats TypeScript the same everywhere: no configuration file of the caller's is read.
 * Prettier is an optional peer and loaded only here, so that the emitters of other languages need none.
 */
export async function formatTypescript(text: string): Promise<string> {
  const { format } = await import("prettier");
  return format(text, { parser: "typescript", printWidth: 100 });
}

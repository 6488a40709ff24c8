import { format } from "prettier";

/** Formats TypeScript the same everywhere: no configuration file of the caller's is read. */
export async function formatTypescript(text: string): Promise<string> {
  return format(text, { parser: "typescript", printWidth: 100 });
}

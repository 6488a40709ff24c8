// Examples as a reader runs them: `node examples/…`, after `npm run build`.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

/** How long an example may take, milliseconds: a bound for one that hangs, on the slowest machine. */
const HANG_MS = 600_000;

/** Limit of a test that runs an example: long enough to say what one printed that hangs. */
export const LIMIT_MS = HANG_MS + 30_000;

/** The lines that an example prints. */
export async function linesOf(...path: readonly string[]): Promise<readonly string[]> {
  const file = join(import.meta.dirname, ...path);
  const child = spawn(process.execPath, [file], { timeout: HANG_MS });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code, `${out}${err}`).toBe(0);
  return out.trimEnd().split("\n");
}

// Keeps one core busy: a process of its own that only counts.

import { startChild } from "../children.js";

/** Starts a busy process. Resolves with what ends it. */
export async function keepCoreBusy(): Promise<() => Promise<void>> {
  const child = await startChild([process.execPath, "--eval", "for (;;);"], "ignore");
  return async () => {
    await child.end(100);
  };
}

import { vi } from "vitest";

/** How long a test waits for what must come; never a judgement of speed. */
const HANG_MS = 60_000;

/** Waits until an expectation holds; rejects with what it says where it never does. */
export async function eventually(expectation: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(expectation, { timeout: HANG_MS });
}

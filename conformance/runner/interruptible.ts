// An interrupted run gives up the case at work: nothing that it still waits for can come.

import type { Stage } from "./stage.js";
import { CaseEnd } from "./verdict.js";

/** Ends the case when the run is interrupted. Returns a function that takes the watch away. */
export function interruptible(stage: Stage, signal: AbortSignal | undefined): () => void {
  const interrupted = (): void => {
    const problem = "the run was interrupted";
    stage.interrupt(new CaseEnd("error", { kind: "suite", requirements: [], problem }));
  };
  signal?.addEventListener("abort", interrupted);
  return () => signal?.removeEventListener("abort", interrupted);
}

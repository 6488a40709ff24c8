// What chance decides: rounds of the same steps, of which one must hold.

import type { SomeStep, Step } from "../cases/case.js";
import type { Stage } from "./stage.js";
import { CaseEnd } from "./verdict.js";

/** Performs one step of a round. */
type PerformStep = (step: Step) => Promise<void>;

/** Whether it is a check of a round that did not hold; anything else ends the case at once. */
function isUnheld(stage: Stage, error: unknown, step: Step): error is CaseEnd {
  const judges = step.expect !== undefined || step.never !== undefined;
  return error instanceof CaseEnd && !stage.transcript.interrupted && judges;
}

/** The first check of a round that did not hold, or undefined. */
async function round(
  stage: Stage,
  steps: readonly Step[],
  performStep: PerformStep,
): Promise<CaseEnd | undefined> {
  for (const step of steps) {
    stage.mark(step);
    try {
      await performStep(step);
    } catch (error) {
      if (!isUnheld(stage, error, step)) throw error;
      return error;
    }
  }
  return undefined;
}

export async function someStep(
  stage: Stage,
  { times, steps }: SomeStep,
  index: number,
  requirements: readonly string[],
  performStep: PerformStep,
): Promise<void> {
  const before = stage.assertions.length;
  let unheld: CaseEnd | undefined;
  for (let turn = 0; turn < times; turn += 1) {
    unheld = await round(stage, steps, performStep);
    // The rounds are one assertion together: each for itself may fail.
    stage.assertions.splice(before);
    if (!unheld) break;
  }
  stage.assertions.push({ step: index, verb: "expect", requirements, held: !unheld });
  if (!unheld) return;
  throw stage.failed({
    ...unheld.failure,
    requirements,
    step: index,
    problem: `in none of ${times} rounds did it hold; in the last: ${unheld.failure.problem}`,
  });
}

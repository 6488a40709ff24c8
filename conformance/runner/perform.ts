// Walks the steps of one case and turns whatever ends it into a verdict.

import { verbOf, type SomeStep, type Step, type StepArguments, type Verb } from "../cases/case.js";
import { CaseMistake, expand } from "../cases/expand.js";
import { brief } from "../json.js";
import { expectStep, neverStep, observeStep } from "./checks.js";
import { someStep } from "./rounds.js";
import type { Stage } from "./stage.js";
import { CaseEnd, type Failure, type Verdict } from "./verdict.js";
import { dropStep, endStep, pongStep, rawStep, stallStep } from "./wire-steps.js";

type SharedVerb =
  "expect" | "never" | "observe" | "raw" | "end" | "drop" | "stall" | "pong" | "fence" | "some";

/** The verbs whose meaning depends on the tier. */
export type TierSteps = {
  readonly [V in Exclude<Verb, SharedVerb>]?: (step: StepArguments[V]) => Promise<void> | void;
};

export interface Performed {
  readonly verdict: Verdict;
  readonly failure?: Failure;
}

async function performStep(
  stage: Stage,
  tier: TierSteps,
  step: Step,
  index: number,
): Promise<void> {
  const verb = verbOf(step);
  const requirements = stage.requirementsOf(step);
  // What a round saves is known to its later steps only: each of them expands itself.
  const expanded = step.some ?? expand(step[verb], stage.variables);
  switch (verb) {
    case "expect":
      await expectStep(stage, expanded as StepArguments["expect"], index, requirements);
      return;
    case "never":
      await neverStep(stage, expanded as StepArguments["never"], index, requirements);
      return;
    case "observe":
      await observeStep(stage, expanded as StepArguments["observe"], index);
      return;
    case "raw":
      rawStep(stage, expanded as StepArguments["raw"]);
      return;
    case "end":
      await endStep(stage, expanded as StepArguments["end"]);
      return;
    case "drop":
      dropStep(stage, expanded as StepArguments["drop"]);
      return;
    case "stall":
      await stallStep(stage, expanded as StepArguments["stall"]);
      return;
    case "pong":
      pongStep(stage, expanded as StepArguments["pong"]);
      return;
    case "fence":
      await stage.fence((expanded as StepArguments["fence"]).on);
      return;
    case "some":
      await someStep(stage, expanded as SomeStep, index, requirements, async (inner) => {
        await performStep(stage, tier, inner, index);
      });
      return;
    default: {
      const perform = tier[verb] as ((given: unknown) => Promise<void> | void) | undefined;
      if (!perform) throw new CaseMistake(`the verb ${verb} has no meaning in this tier`);
      await perform(expanded);
    }
  }
}

/** A case about a SHOULD excuses what its own checks find, and no broken rule of another kind. */
function isExcused({ kind }: Failure, level: "MUST" | "SHOULD"): boolean {
  return level === "SHOULD" && kind !== "driver" && kind !== "monitor" && kind !== "canary";
}

function ended(error: unknown, index: number, stage: Stage): Performed {
  const seen = stage.transcript.entries.length;
  const last = seen === 0 ? {} : { entry: seen - 1 };
  if (error instanceof CaseEnd) {
    const failure = { step: index, ...last, ...error.failure };
    const excused = error.verdict === "fail" && isExcused(failure, stage.testCase.level);
    return { verdict: excused ? "warn" : error.verdict, failure };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { verdict: "error", failure: { kind: "suite", requirements: [], step: index, problem } };
}

/** Performs all steps, in order; the first that does not hold ends the case. */
export async function perform(stage: Stage, tier: TierSteps): Promise<Performed> {
  for (const [index, step] of stage.testCase.steps.entries()) {
    stage.mark(step);
    try {
      await performStep(stage, tier, step, index);
      if (stage.transcript.interrupted) throw stage.transcript.interrupted;
    } catch (error) {
      // What interrupted the case explains more than the step that then missed something.
      return ended(stage.transcript.interrupted ?? error, index, stage);
    }
  }
  return { verdict: "pass" };
}

/** A step in one line, for reports. */
export function stepText(step: Step): string {
  const verb = verbOf(step);
  return `${verb} ${brief(step[verb], 200)}`;
}

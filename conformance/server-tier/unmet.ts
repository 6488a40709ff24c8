import type { Stage } from "../runner/stage.js";
import { CaseEnd } from "../runner/verdict.js";

/** What a case needs before it can say anything did not happen. */
export function unmet(stage: Stage, problem: string): CaseEnd {
  const { requirements } = stage.testCase;
  return new CaseEnd("untestable", { kind: "precondition", requirements, problem });
}

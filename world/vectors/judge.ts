import { Judge } from "../checker/judge.js";
import type { Violation } from "../history.js";
import { factsOf } from "./facts.js";
import { vectorPlan } from "./plan.js";
import type { WorldVector } from "./vector.js";

/** What the history checker says of the traces of a world, which knows no session. */
export function judgeVector(vector: WorldVector): readonly Violation[] {
  const plan = vectorPlan(vector.seed);
  const judge = new Judge(plan);
  for (const fact of factsOf(vector, plan)) judge.record(fact);
  return judge.verdict(plan.endAt);
}

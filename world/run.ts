import { Judge } from "./checker/judge.js";
import type { Violation } from "./history.js";
import type { WorldPlan } from "./plan.js";
import type { TraceSink } from "./trace.js";
import { World } from "./world.js";

/** Runs a world after its plan and judges it. */
export function judgeWorld(plan: WorldPlan, trace?: TraceSink): readonly Violation[] {
  const judge = new Judge(plan);
  const world = new World(plan, judge, trace);
  world.run();
  return judge.verdict(plan.endAt);
}

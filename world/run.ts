import { Judge } from "./checker/judge.js";
import type { Violation } from "./history.js";
import type { WorldPlan } from "./plan.js";
import type { TraceSink } from "./trace.js";
import { World } from "./world.js";

/** Runs a world after its plan and judges it. */
export async function judgeWorld(
  plan: WorldPlan,
  trace?: TraceSink,
): Promise<readonly Violation[]> {
  const judge = new Judge(plan);
  const world = new World(plan, judge, trace);
  await world.run();
  return judge.verdict(plan.endAt);
}

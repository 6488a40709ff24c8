import type { Violation } from "./history.js";
import { planFrom, type WorldPlan } from "./plan.js";
import { judgeWorld } from "./run.js";
import { shrink } from "./shrink.js";

/** A seed whose world broke a rule. */
export interface Finding {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** Runs the worlds of the seeds in turn; stops at the first that breaks a rule. */
export async function searchSeeds(
  seeds: Iterable<number>,
  ran: (seed: number) => void = () => undefined,
): Promise<Finding | undefined> {
  for (const seed of seeds) {
    const violations = await judgeSafely(planFrom(seed));
    if (violations.length > 0) return { seed, violations };
    ran(seed);
  }
  return undefined;
}

/** A smaller plan that breaks the same requirement in the same way as the seed's own. */
export async function shrinkFinding(
  { seed, violations }: Finding,
  mostRuns?: number,
): Promise<WorldPlan> {
  const wanted = violations.slice(0, 1).map(kindOf)[0];
  return shrink(
    planFrom(seed),
    async (plan) => (await judgeSafely(plan)).some((violation) => kindOf(violation) === wanted),
    mostRuns,
  );
}

/** The requirement and the beginning of the problem, where no names and numbers stand yet. */
function kindOf({ requirement, problem }: Violation): string {
  return `${requirement} ${problem.split(" ").slice(0, 2).join(" ").replaceAll(/\d+/g, "n")}`;
}

/** What a person needs to know of a finding, with the command that repeats it. */
export function describeFinding({ seed, violations }: Finding): string {
  return `seed ${seed} breaks\n${describeViolations(violations)}\n  repeat: npm run world -- --from ${seed} --seeds 1`;
}

export function describeViolations(violations: readonly Violation[]): string {
  return violations
    .slice(0, 5)
    .map(({ requirement, at, client, problem }) => {
      const who = client === undefined ? "" : ` client ${client}`;
      return `  ${requirement} at ${at} ms${who}: ${problem}`;
    })
    .join("\n");
}

/** Like `judgeWorld`, but a crash of session or server is a finding and not the end of the search. */
export async function judgeSafely(plan: WorldPlan): Promise<readonly Violation[]> {
  try {
    return await judgeWorld(plan);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return [{ requirement: "LIB-15", at: 0, problem: `it crashed: ${text}` }];
  }
}

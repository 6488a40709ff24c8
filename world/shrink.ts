import type { Action, WorldPlan } from "./plan.js";

/** Whether a plan still shows the failure that is being shrunk. */
export type StillFails = (plan: WorldPlan) => boolean | Promise<boolean>;

/**
 * Looks for a smaller plan that fails in the same way: fewer actions, then fewer clients and servers.
 * Every try is a whole run, so `mostRuns` bounds the time.
 */
export async function shrink(
  plan: WorldPlan,
  stillFails: StillFails,
  mostRuns = 400,
): Promise<WorldPlan> {
  let runs = 0;
  const fails: StillFails = async (candidate) => {
    runs += 1;
    return runs <= mostRuns && (await stillFails(candidate));
  };
  let smallest = await withoutClients(plan, fails);
  smallest = await withFewerActions(smallest, fails);
  for (const simpler of simplifications(smallest)) {
    if (await fails(simpler)) smallest = simpler;
  }
  return smallest;
}

/** Drops ever smaller runs of actions as long as the failure stays (delta debugging). */
async function withFewerActions(plan: WorldPlan, fails: StillFails): Promise<WorldPlan> {
  let actions = plan.actions;
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < actions.length;) {
      const fewer = [...actions.slice(0, from), ...actions.slice(from + size)];
      if (await fails({ ...plan, actions: fewer })) actions = fewer;
      else from += size;
    }
  }
  return { ...plan, actions };
}

/** Tries to do without each client in turn: without anything that happens to it. */
async function withoutClients(plan: WorldPlan, fails: StillFails): Promise<WorldPlan> {
  let smallest = plan;
  for (let client = plan.clients.length - 1; client > 0; client -= 1) {
    const fewer = withoutClient(smallest, client);
    if (await fails(fewer)) smallest = fewer;
  }
  return smallest;
}

/** The plan without one client and what happens to it. */
export function withoutClient(plan: WorldPlan, gone: number): WorldPlan {
  const keep = (action: Action): boolean => !("client" in action) || action.client !== gone;
  const renumber = (action: Action): Action =>
    "client" in action && action.client > gone ? { ...action, client: action.client - 1 } : action;
  return {
    ...plan,
    clients: plan.clients.filter((_, index) => index !== gone),
    actions: plan.actions.filter(keep).map(renumber),
  };
}

function* simplifications(plan: WorldPlan): Generator<WorldPlan> {
  const calm = { lowDelayMs: 5, highDelayMs: 5, refusedDials: 0 };
  yield { ...plan, weather: calm };
  yield {
    ...plan,
    clients: plan.clients.map((client) => ({
      ...client,
      handlerMs: 0,
      handlerThrows: 0,
      reloadMs: 0,
      reloadFails: 0,
      clockErrorMs: 0,
    })),
  };
}

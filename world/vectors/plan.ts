import { type Action, type ClientPlan, planFrom, type WorldPlan } from "../plan.js";
import { Random } from "../random.js";
import { withoutClient } from "../shrink.js";

/** At most so many clients: what happens to one of them should not drown in what the others do. */
const MOST_CLIENTS = 2;
/** Events that one action publishes at most, messages that one action sends. */
const MOST_AT_ONCE = 4;
/** How long trouble lasts that a client does not end by itself, milliseconds. */
const MOST_TROUBLE_MS = 12_000;
/** From the calm to the end, milliseconds. */
const REST_MS = 32_000;

/**
 * The world of a seed, made short: the same trouble within half a minute, few clients, small payloads.
 * What a world of hours would show again and again stands in its traces once.
 */
export function vectorPlan(seed: number): WorldPlan {
  const random = new Random(seed ^ 0x3c6ef372);
  const plan = withFewClients(planFrom(seed), random);
  const calmAt = random.pick([6_000, 12_000, 20_000, 30_000]);
  const actions = fewer(plan.actions, random.between(6, 24), random)
    .map((action) => shorter(action, plan.calmAt, calmAt))
    .concat(whims(plan.clients.length, calmAt, random))
    .sort((one, other) => one.at - other.at);
  return {
    ...plan,
    clients: plan.clients.map((client) => quick(client, plan.calmAt, calmAt, random)),
    timers: {
      ...plan.timers,
      heartbeatIntervalMs: random.pick([5_000, 5_000, 9_000]),
      circuitRestMs: random.pick([2_000, 8_000]),
      maxDelayMs: random.pick([2_000, 5_000]),
      firstSpreadMs: random.pick([0, 1_000]),
      stableAfterMs: random.pick([2_000, 5_000]),
      presenceGraceMs: 1_000,
    },
    limits: { ...plan.limits, circuitAfter: random.pick([1, 2, 3, 10]) },
    pads: [0, 0, 0, 40],
    weather: { ...plan.weather, refusedDials: random.pick([0, 0, 0.3, 0.7]) },
    actions,
    calmAt,
    endAt: calmAt + REST_MS,
    quietMs: 10_000,
  };
}

/** The last client has the troubles that only some worlds have. */
function withFewClients(plan: WorldPlan, random: Random): WorldPlan {
  const wanted = random.between(1, MOST_CLIENTS);
  let fewer = plan;
  while (fewer.clients.length > wanted) fewer = withoutClient(fewer, fewer.clients.length - 2);
  return fewer;
}

/** Whoever starts, and some of the rest. */
function fewer(actions: readonly Action[], count: number, random: Random): readonly Action[] {
  const must = actions.filter(({ kind }) => kind === "connect" || kind === "resume");
  const rest = actions.filter((action) => !must.includes(action));
  while (rest.length > count) rest.splice(random.between(0, rest.length - 1), 1);
  return [...must, ...rest];
}

/** Signals and wishes at odd moments, which take the rarest rows of the tables. */
function whims(clients: number, calmAt: number, random: Random): readonly Action[] {
  return Array.from({ length: random.pick([0, 2, 6]) }, () => ({
    kind: random.pick(["online", "visible", "visible", "suspend", "resume", "disconnect"] as const),
    at: random.between(0, calmAt - 1),
    client: random.between(0, clients - 1),
  }));
}

/** The same deed in less time. */
function shorter(action: Action, calmBefore: number, calmAt: number): Action {
  const at = rescaled(action.at, calmBefore, calmAt);
  switch (action.kind) {
    case "publish":
    case "send":
      return { ...action, at, count: Math.min(action.count, MOST_AT_ONCE) };
    case "stall":
    case "slowReader":
    case "freeze":
    case "storeAway":
      return { ...action, at, forMs: Math.min(action.forMs, MOST_TROUBLE_MS) };
    case "restart":
    case "serverRestart":
    case "storeLoss":
      return { ...action, at, downMs: Math.min(action.downMs, MOST_TROUBLE_MS) };
    default:
      return { ...action, at };
  }
}

/** Before the calm everything comes closer together; what comes after it, soon after. */
function rescaled(at: number, calmBefore: number, calmAt: number): number {
  if (at < calmBefore) return Math.floor((at * calmAt) / calmBefore);
  return calmAt + Math.floor((at - calmBefore) / 10);
}

function quick(client: ClientPlan, calmBefore: number, calmAt: number, random: Random): ClientPlan {
  const plan: ClientPlan = {
    ...client,
    outboxMessages: random.pick([2, 1_000]),
    keptEvents: random.pick([2, 50]),
  };
  if (client.tokens === undefined) return plan;
  const grants = client.tokens.grants.map((grant) => ({
    ...grant,
    from: rescaled(grant.from, calmBefore, calmAt),
  }));
  return { ...plan, tokens: { ...client.tokens, grants } };
}

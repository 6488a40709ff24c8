import { drawHostileSteps } from "./hostile-script.js";
import type { Action, ClientPlan, GrantPlan, TokenPlan, WorldPlan } from "./plan.js";
import type { Random } from "./random.js";

/**
 * Adds to a plain world, from chance of its own, what only some worlds have: tokens, second devices,
 * intruders, a store far away, sockets that break, servers that err.
 */
export function addTrouble(plain: WorldPlan, random: Random): WorldPlan {
  let plan = plain;
  if (random.chance(0.3)) plan = withTokens(plan, random);
  if (random.chance(0.2)) plan = withSecondDevices(plan, random);
  if (random.chance(0.25)) plan = withUnreliable(plan, random);
  const actions: Action[] = [];
  if (random.chance(0.3)) {
    plan = { ...plan, store: drawStore(random), timers: withPatience(plan, random) };
    actions.push(...outages(plan, random));
  }
  if (random.chance(plan.store.slowMs > 0 ? 0.6 : 0.2)) actions.push(...intruders(plan, random));
  if (random.chance(0.4)) actions.push(...whims(plan, random));
  if (actions.length === 0) return plan;
  const all = [...plan.actions, ...actions].sort((one, other) => one.at - other.at);
  return { ...plan, actions: all };
}

function withTokens(plan: WorldPlan, random: Random): WorldPlan {
  const clients = plan.clients.map((client) =>
    random.chance(0.7) ? { ...client, tokens: drawTokens(plan, client, random) } : client,
  );
  return { ...plan, clients };
}

function drawTokens(plan: WorldPlan, client: ClientPlan, random: Random): TokenPlan {
  const first: GrantPlan = { from: 0, scopes: client.scopes, modules: client.modules };
  const later = Array.from({ length: random.between(0, 3) }, () => ({
    from: random.between(5_000, plan.calmAt),
    scopes: random.some(plan.scopes),
    modules: random.some(plan.modules),
  })).sort((one, other) => one.from - other.from);
  return {
    lifeMs: random.pick([8_000, 20_000, 40_000]),
    slowMs: random.pick([0, 300, 5_000, 15_000]),
    fails: random.pick([0, 0.1, 0.5, 0.9]),
    refused: random.pick([0, 0, 0.2]),
    grants: [first, ...later],
  };
}

/** Another device of a user sees the same, and has its own connect. */
function withSecondDevices(plan: WorldPlan, random: Random): WorldPlan {
  const first = random.pick(plan.clients);
  const index = plan.clients.length;
  const second: ClientPlan = { ...first, deviceId: `device${index}`, persistent: false };
  const actions: Action[] = [
    { kind: "connect", at: random.between(0, plan.calmAt / 2), client: index },
    { kind: "resume", at: plan.calmAt, client: index },
    { kind: "send", at: plan.calmAt + 90_000, client: index, scope: null, count: 2 },
  ];
  for (let count = random.between(0, 4); count > 0; count -= 1) {
    const at = random.between(500, plan.calmAt);
    actions.push(
      random.chance(0.5)
        ? { kind: "restart", at, client: index, downMs: random.pick([200, 20_000]) }
        : { kind: "cut", at, client: index, clientLearnsMs: 10, serverLearnsMs: 30_000 },
    );
  }
  return {
    ...plan,
    sessionPolicy: random.pick(["replace", "replace", "reject", "allow"]),
    clients: [...plan.clients, second],
    actions: [...plan.actions, ...actions].sort((one, other) => one.at - other.at),
  };
}

/** The last client gets a server of its own. */
function withUnreliable(plan: WorldPlan, random: Random): WorldPlan {
  const last = plan.clients.length - 1;
  if (last === 0 || plan.clients[last]?.userId !== `user${last}`) return plan;
  const clients = plan.clients.map((client, index): ClientPlan => {
    if (index !== last) return client;
    const plain: ClientPlan = { ...client, unreliable: true, handlerMs: random.pick([0, 20, 300]) };
    return random.chance(0.5) ? plain : { ...plain, tokens: drawTokens(plan, client, random) };
  });
  return { ...plan, clients };
}

function intruders(plan: WorldPlan, random: Random): readonly Action[] {
  const isSlow = plan.store.slowMs > 0;
  let at = 0;
  return Array.from({ length: random.between(1, isSlow ? 8 : 5) }, (_, peer) => {
    // Some come close behind the one before, and want the same place.
    const isTwin = peer > 0 && random.chance(0.3);
    at = isTwin ? at + random.between(1, 300) : random.between(500, plan.calmAt - 1_000);
    return {
      kind: "hostile" as const,
      at,
      server: random.between(0, plan.servers - 1),
      peer,
      expiresInMs: random.pick([null, null, 6_000, 12_000]),
      isBroken: !isSlow && random.chance(0.15),
      steps: drawHostileSteps(random, isSlow),
    };
  });
}

function drawStore(random: Random): WorldPlan["store"] {
  return {
    slowMs: random.pick([1, 20, 200]),
    judgingMs: random.pick([0, 50, 1_000, 8_000]),
  };
}

/** Links on which a session can be let in within the shorter time: it takes several round trips. */
const QUICK_MS = 150;

function withPatience(plan: WorldPlan, random: Random): WorldPlan["timers"] {
  const drawn = random.pick([3_000, 10_000]);
  const connectTimeoutMs = plan.weather.highDelayMs <= QUICK_MS ? drawn : 10_000;
  return { ...plan.timers, connectTimeoutMs };
}

/** Some shorter than a lease, some longer: then sessions have to take their places up again. */
function outages(plan: WorldPlan, random: Random): readonly Action[] {
  return Array.from({ length: random.between(0, 3) }, () => ({
    kind: "storeAway" as const,
    at: random.between(500, plan.calmAt - 20_000),
    server: random.between(0, plan.servers - 1),
    forMs: random.pick([500, 1_000, 3_000, 20_000]),
  }));
}

/** What applications, pages and sockets do now and then. */
function whims(plan: WorldPlan, random: Random): readonly Action[] {
  return Array.from({ length: random.between(1, 8) }, (): readonly Action[] => {
    const at = random.between(0, plan.calmAt);
    const client = random.between(0, plan.clients.length - 1);
    const kind = random.pick([
      "visible",
      "visible",
      "disconnect",
      "early suspend",
      "early disconnect",
      "sleep in a dead network",
      "slowReader",
      "slowReader",
      "socketFault",
    ] as const);
    switch (kind) {
      case "early suspend":
        return [{ kind: "suspend", at: random.between(0, 1_000), client }];
      case "early disconnect":
        return [{ kind: "disconnect", at: random.pick([0, 0, at]), client }];
      case "sleep in a dead network":
        return [
          { kind: "halfOpen", at, client, way: "toClient" },
          { kind: "freeze", at: at + random.between(1_000, 5_000), client, forMs: 20_000 },
        ];
      case "slowReader":
        return [{ kind, at, client, forMs: random.pick([1_000, 3_000, 30_000]) }];
      case "socketFault":
      case "visible":
      case "disconnect":
        return [{ kind, at, client }];
    }
  }).flat();
}

import type { Action, ClientPlan } from "./plan.js";
import type { Random } from "./random.js";

/** What a world's actions are drawn from. */
export interface Stage {
  readonly scopes: readonly string[];
  readonly modules: readonly string[];
  readonly servers: number;
  readonly clients: readonly ClientPlan[];
  readonly calmAt: number;
}

export function drawActions(random: Random, stage: Stage): readonly Action[] {
  const actions: Action[] = stage.clients.map((_, client) => ({
    kind: "connect",
    at: random.between(0, 3_000),
    client,
  }));
  const trouble = random.pick([0.15, 0.3, 0.5]);
  const count = random.between(20, 90);
  for (let drawn = 0; drawn < count; drawn += 1) {
    const at = random.between(500, stage.calmAt);
    actions.push(
      random.chance(trouble) ? drawFault(random, stage, at) : drawUse(random, stage, at),
    );
  }
  // After the calm some ordinary life goes on, so that recovery is seen to carry traffic.
  for (let drawn = 0; drawn < 4; drawn += 1) {
    actions.push(drawUse(random, stage, stage.calmAt + random.between(60_000, 120_000)));
  }
  // Who was put to rest is woken, so that everybody can be judged at the end.
  stage.clients.forEach((_, client) => {
    actions.push({ kind: "resume", at: stage.calmAt, client });
  });
  return actions.sort((one, other) => one.at - other.at);
}

function drawUse(random: Random, stage: Stage, at: number): Action {
  const client = random.between(0, stage.clients.length - 1);
  const kind = random.pick(["publish", "publish", "publish", "send", "send", "presence"] as const);
  switch (kind) {
    case "publish":
      return {
        kind,
        at,
        server: random.between(0, stage.servers - 1),
        scopes: random.chance(0.2) ? random.some(stage.scopes) : [random.pick(stage.scopes)],
        module: random.pick(stage.modules),
        count: random.pick([1, 1, 2, 5, 30]),
      };
    case "send":
      return {
        kind,
        at,
        client,
        scope: random.chance(0.8) ? random.pick(stage.clients[client]?.scopes ?? []) : null,
        count: random.pick([1, 1, 3, 10]),
      };
    case "presence":
      return { kind, at, client, status: random.pick(["online", "away", "busy"] as const) };
  }
}

function drawFault(random: Random, stage: Stage, at: number): Action {
  const client = random.between(0, stage.clients.length - 1);
  const server = random.between(0, stage.servers - 1);
  const short = random.pick([200, 2_000, 20_000]);
  switch (
    random.pick([
      "cut",
      "cut",
      "cut",
      "halfOpen",
      "halfOpen",
      "stall",
      "stall",
      "freeze",
      "restart",
      "suspend",
      "resume",
      "online",
      "fanOutLoss",
      "fanOutLoss",
      "invalidate",
      "serverRestart",
      "storeLoss",
    ] as const)
  ) {
    case "cut":
      return {
        kind: "cut",
        at,
        client,
        clientLearnsMs: random.pick([0, 10, 3_000]),
        serverLearnsMs: random.pick([0, 10, 30_000]),
      };
    case "halfOpen":
      return { kind: "halfOpen", at, client, way: random.pick(["toServer", "toClient", "both"]) };
    case "stall":
      return { kind: "stall", at, client, forMs: short };
    case "freeze":
      return { kind: "freeze", at, client, forMs: short };
    case "restart":
      return { kind: "restart", at, client, downMs: short };
    case "suspend":
      return { kind: "suspend", at, client };
    case "resume":
      return { kind: "resume", at, client };
    case "online":
      return { kind: "online", at, client };
    case "invalidate":
      return { kind: "invalidate", at, server, scope: random.pick(stage.scopes) };
    case "serverRestart":
      return { kind: "serverRestart", at, server, downMs: short, drains: random.chance(0.5) };
    case "fanOutLoss":
      return { kind: "fanOutLoss", at, server, events: random.pick([1, 1, 3, 20]) };
    case "storeLoss":
      return { kind: "storeLoss", at, downMs: short };
  }
}

import { Random } from "./random.js";

/** Everything that a world is made of; the same plan gives the same history. It is plain JSON. */
export interface WorldPlan {
  readonly seed: number;
  /** Overrides of spec/policy.yaml's timers and limits, so that bounds are met within minutes. */
  readonly timers: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly servers: number;
  readonly scopes: readonly string[];
  readonly modules: readonly string[];
  readonly clients: readonly ClientPlan[];
  readonly weather: WeatherPlan;
  /** In the order of their instants. */
  readonly actions: readonly Action[];
  /** Milliseconds. From here on nothing breaks any more. */
  readonly calmAt: number;
  /** Milliseconds. Here everything must have come to rest. */
  readonly endAt: number;
}

export interface WeatherPlan {
  readonly lowDelayMs: number;
  readonly highDelayMs: number;
  /** How likely a dial finds nobody, 0 to 1. */
  readonly refusedDials: number;
}

export interface ClientPlan {
  readonly userId: string;
  readonly deviceId: string;
  readonly startFrom: "latest" | "acked" | "earliest";
  readonly scopes: readonly string[];
  readonly modules: readonly string[];
  /** How long a handler takes at most, and how likely it throws. */
  readonly handlerMs: number;
  readonly handlerThrows: number;
  readonly reloadMs: number;
  readonly reloadFails: number;
  /** Whether positions and outbox outlive the process. */
  readonly persistent: boolean;
  /** How far the wall clock is off, milliseconds. */
  readonly clockErrorMs: number;
}

/** Something that is done to a world at an instant. */
export type Action =
  | (AtClient & { readonly kind: "connect" | "suspend" | "resume" | "online" })
  | (AtClient & { readonly kind: "send"; readonly scope: string | null; readonly count: number })
  | (AtClient & { readonly kind: "presence"; readonly status: "online" | "away" | "busy" })
  /** The link breaks; each end learns it after its own time. */
  | (AtClient & {
      readonly kind: "cut";
      readonly clientLearnsMs: number;
      readonly serverLearnsMs: number;
    })
  | (AtClient & { readonly kind: "halfOpen"; readonly way: "toServer" | "toClient" | "both" })
  | (AtClient & { readonly kind: "stall"; readonly forMs: number })
  /** The process sleeps: nothing is handled, no timer fires. */
  | (AtClient & { readonly kind: "freeze"; readonly forMs: number })
  /** The process dies and starts anew with what its stores hold. */
  | (AtClient & { readonly kind: "restart"; readonly downMs: number })
  | {
      readonly kind: "publish";
      readonly at: number;
      readonly server: number;
      readonly scopes: readonly string[];
      readonly module: string;
      readonly count: number;
    }
  | {
      readonly kind: "invalidate";
      readonly at: number;
      readonly server: number;
      readonly scope: string;
    }
  /** The server's process ends at once, or after telling its clients. */
  | {
      readonly kind: "serverRestart";
      readonly at: number;
      readonly server: number;
      readonly downMs: number;
      readonly drains: boolean;
    }
  /** What other instances and the store tell this instance gets lost: its log is read, its fan-out is not. */
  | {
      readonly kind: "fanOutLoss";
      readonly at: number;
      readonly server: number;
      readonly events: number;
    }
  /** The store loses everything; every server starts anew on an empty one. */
  | { readonly kind: "storeLoss"; readonly at: number; readonly downMs: number };

interface AtClient {
  readonly at: number;
  readonly client: number;
}

const MINUTE = 60_000;

/** Draws a world from a seed. */
export function planFrom(seed: number): WorldPlan {
  const random = new Random(seed);
  const scopes = ["north", "south", "east"].slice(0, random.between(1, 3));
  const modules = ["orders", "chat"].slice(0, random.between(1, 2));
  const servers = random.pick([1, 1, 2, 3]);
  const clients = drawClients(random, scopes, modules);
  const calmAt = random.between(1, 4) * MINUTE;
  return {
    seed,
    timers: drawTimers(random),
    limits: drawLimits(random),
    servers,
    scopes,
    modules,
    clients,
    weather: {
      lowDelayMs: random.pick([1, 5, 40]),
      highDelayMs: random.pick([50, 200, 1_500]),
      refusedDials: random.pick([0, 0, 0.1, 0.4]),
    },
    actions: drawActions(random, { scopes, modules, servers, clients, calmAt }),
    calmAt,
    endAt: calmAt + 6 * MINUTE,
  };
}

function drawClients(
  random: Random,
  scopes: readonly string[],
  modules: readonly string[],
): readonly ClientPlan[] {
  return Array.from({ length: random.between(1, 5) }, (_, index) => ({
    userId: `user${index}`,
    deviceId: `device${index}`,
    startFrom: random.pick(["latest", "latest", "acked", "earliest"] as const),
    scopes: random.some(scopes),
    modules: random.some(modules),
    handlerMs: random.pick([0, 0, 20, 300, 2_000]),
    handlerThrows: random.pick([0, 0, 0.1]),
    reloadMs: random.pick([0, 50, 3_000]),
    reloadFails: random.pick([0, 0, 0.3]),
    persistent: random.chance(0.5),
    clockErrorMs: random.pick([0, -3_600_000, 86_400_000]),
  }));
}

function drawTimers(random: Random): Readonly<Record<string, number>> {
  const heartbeatIntervalMs = random.pick([1_000, 5_000]);
  return {
    heartbeatIntervalMs,
    heartbeatTimeoutMs: random.pick([3_500, 4_000]),
    historyMs: random.pick([5_000, 60_000, 600_000]),
    dedupWindowMs: random.pick([20_000, 600_000]),
    presenceGraceMs: random.pick([1_000, 15_000]),
    firstSpreadMs: random.pick([0, 3_000]),
    circuitRestMs: random.pick([10_000, 60_000]),
    syncTimeoutMs: random.pick([2_000, 10_000]),
    slowConsumerMs: random.pick([5_000, 30_000]),
  };
}

function drawLimits(random: Random): Readonly<Record<string, number>> {
  return {
    historyEvents: random.pick([5, 40, 10_000]),
    pageEvents: random.pick([1, 3, 500]),
    pages: random.pick([2, 20]),
    inFlightMessages: random.pick([1, 4, 32]),
    ackMaxPending: random.pick([1, 10, 100]),
    circuitAfter: random.pick([3, 10]),
    connectionsPerMinute: random.pick([0, 0, 30]),
    messagesPerMinute: random.pick([0, 100]),
    syncsPerMinute: random.pick([0, 30]),
  };
}

interface Stage {
  readonly scopes: readonly string[];
  readonly modules: readonly string[];
  readonly servers: number;
  readonly clients: readonly ClientPlan[];
  readonly calmAt: number;
}

function drawActions(random: Random, stage: Stage): readonly Action[] {
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

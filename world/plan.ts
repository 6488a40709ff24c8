import { drawActions } from "./plan-actions.js";
import { addTrouble } from "./plan-trouble.js";
import { Random } from "./random.js";
import type { HostileStep } from "./hostile-script.js";

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
  /** Which of a user's sessions stays. */
  readonly sessionPolicy: "replace" | "reject" | "allow";
  /** By how many characters a published payload may be longer than it need be; some by default. */
  readonly pads?: readonly number[];
  readonly store: StoreWeather;
  /** In the order of their instants. */
  readonly actions: readonly Action[];
  /** Milliseconds. From here on nothing breaks any more. */
  readonly calmAt: number;
  /** Milliseconds. Here everything must have come to rest. */
  readonly endAt: number;
  /** How long before the end nothing but heartbeats may be left, milliseconds; by default a minute. */
  readonly quietMs?: number;
}

export interface WeatherPlan {
  readonly lowDelayMs: number;
  readonly highDelayMs: number;
  /** How likely a dial finds nobody, 0 to 1. */
  readonly refusedDials: number;
}

/** How the store and whoever judges tokens answer. Zeros: at once. */
export interface StoreWeather {
  /** How long a question to the store is on its way at most, and its answer too, milliseconds. */
  readonly slowMs: number;
  /** How long a token is judged at most, milliseconds. */
  readonly judgingMs: number;
}

/** What a user may see from an instant on. */
export interface GrantPlan {
  readonly from: number;
  readonly scopes: readonly string[];
  readonly modules: readonly string[];
}

/** A client whose sessions need tokens. */
export interface TokenPlan {
  readonly lifeMs: number;
  /** How long the provider takes at most, and how likely it fails, 0 to 1. */
  readonly slowMs: number;
  readonly fails: number;
  /** How likely the server refuses a token, 0 to 1. */
  readonly refused: number;
  /** In the order of their instants, the first from 0. */
  readonly grants: readonly GrantPlan[];
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
  readonly tokens?: TokenPlan;
  /** Messages in its outbox at most; by default 1 000. */
  readonly outboxMessages?: number;
  /** Events of a stream that it keeps at most; by default 50. */
  readonly keptEvents?: number;
  /** It dials a server of its own that errs, contradicts itself and falls silent. */
  readonly unreliable?: true;
}

/** Something that is done to a world at an instant. */
export type Action =
  | (AtClient & {
      readonly kind: "connect" | "suspend" | "resume" | "online" | "visible" | "disconnect";
    })
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
  /** What the server sends does not get through for a while; what the client sends does. */
  | (AtClient & { readonly kind: "slowReader"; readonly forMs: number })
  /** The server's socket to this client throws when it is used next. */
  | (AtClient & { readonly kind: "socketFault" })
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
  | { readonly kind: "storeLoss"; readonly at: number; readonly downMs: number }
  /** The instance does not reach the store. */
  | {
      readonly kind: "storeAway";
      readonly at: number;
      readonly server: number;
      readonly forMs: number;
    }
  /** A peer that keeps no rule dials and does its steps. */
  | {
      readonly kind: "hostile";
      readonly at: number;
      readonly server: number;
      readonly peer: number;
      readonly expiresInMs: number | null;
      /** The server's socket to it throws at once. */
      readonly isBroken: boolean;
      readonly steps: readonly HostileStep[];
    };

export interface AtClient {
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
  const plain: WorldPlan = {
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
    sessionPolicy: "replace",
    store: { slowMs: 0, judgingMs: 0 },
  };
  const plan = addTrouble(plain, new Random(seed ^ 0x2545f491));
  return { ...plan, endAt: calmAt + Math.max(6 * MINUTE, 3 * MINUTE + longestWorkMs(plan)) };
}

/** How long the slowest handlers take for everything that is published: the last minutes are to be quiet. */
function longestWorkMs({ actions, clients }: WorldPlan): number {
  const slowest = Math.max(...clients.map(({ handlerMs }) => handlerMs));
  const events = actions.map((action) => {
    if (action.kind === "publish") return action.count * action.scopes.length;
    return action.kind === "send" ? action.count : 0;
  });
  return slowest * events.reduce((sum, count) => sum + count, 0);
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

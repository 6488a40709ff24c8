import type { Authenticate, Verdict } from "../server/auth.js";
import type { Clock } from "../server/clock.js";
import { validateOptions, type ProtocolOptions, type Settings } from "../server/config.js";
import { Hub } from "../server/hub.js";
import { Metrics } from "../server/metrics.js";
import { silentLogger } from "../server/logger.js";
import type { Store } from "../server/stores/store.js";
import type { Connection } from "../server/transports/transport.js";
import type { OpenEffect } from "./client-node.js";
import type { Link } from "./link.js";
import { judgeIntruder } from "./hostile-peer.js";
import { LinkSocket } from "./link-socket.js";
import { lossyStore } from "./lossy-store.js";
import type { WorldPlan } from "./plan.js";
import type { Random } from "./random.js";
import { slowStore, StoreLine } from "./slow-store.js";
import type { Timeline } from "./timeline.js";
import type { TokenOffice } from "./token-office.js";
import { Trouble } from "./trouble.js";

/** What a world's server tells the events apart by. */
export const EVENT_OF_MODULE: Readonly<Record<string, string>> = {
  orders: "order_changed",
  chat: "line_said",
};

/** The only event that clients send. */
export const CLIENT_EVENT = "note_sent";

/** Who dials, and with what. */
export type Dialling = Pick<
  OpenEffect,
  "userId" | "deviceId" | "attempt" | "intentAgeMs" | "token"
>;

interface Running {
  readonly hub: Hub;
  readonly process: ServerProcess;
  readonly line: StoreLine;
}

/** An instance of the server: a hub on a virtual clock, whose process may die and start anew. */
export class ServerNode {
  readonly #plan: WorldPlan;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #authenticate: Authenticate;
  #fanOutLoss = 0;
  #running: Running | undefined;

  /** @param unanswered told of each message about which the store gave this instance no answer */
  constructor(
    plan: WorldPlan,
    timeline: Timeline,
    random: Random,
    office: TokenOffice,
    private readonly unanswered: (messageId: string) => void,
  ) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#random = random;
    this.#settings = settingsOf(plan);
    this.#authenticate = (userId, token) => this.#judge(userId, token, office);
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  get hub(): Hub | undefined {
    return this.#running?.hub;
  }

  /** The next events that fan-out brings to this instance do not arrive. */
  loseFanOut(events: number): void {
    this.#fanOutLoss = events;
  }

  start(store: Store): void {
    const process = new ServerProcess(this.#timeline);
    this.#fanOutLoss = 0;
    const { slowMs } = this.#plan.store;
    const line = new StoreLine(this.#timeline, this.#random, slowMs);
    const lossy = lossyStore(store, () => this.#losesNotice());
    const hub: Hub = new Hub({
      settings: this.#settings,
      store: slowMs === 0 ? lossy : slowStore(lossy, line, this.unanswered),
      clock: process,
      authenticate: this.#authenticate,
      uuid: () => this.#random.uuid(),
      logger: { ...silentLogger, error: faultIn },
      metrics: new Metrics({}),
    });
    this.#running = { hub, process, line };
  }

  /** Tells the clients to come back, and ends a second later. */
  drain(): void {
    const running = this.#running;
    if (running === undefined) return;
    running.hub.drain();
    this.#timeline.after(1_000, () => {
      if (this.#running === running) this.crash();
    });
  }

  /** Ends the process: no close frame, no release, no timer. */
  crash(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.process.die();
    running.line.close();
    running.hub.stop();
  }

  /** The instance does not reach the store for a while. */
  loseStore(ms: number): void {
    this.#running?.line.breakFor(ms);
  }

  /** Whoever judges tokens may take a moment. */
  #judge(
    userId: string,
    token: string | undefined,
    office: TokenOffice,
  ): Verdict | Promise<Verdict> {
    const judge = (): Verdict => judgeIntruder(userId, token) ?? office.judge(userId, token);
    const { judgingMs } = this.#plan.store;
    if (judgingMs === 0) return judge();
    const running = this.#running;
    return new Promise((resolve) => {
      const mostMs = office.isCalm() ? Math.min(judgingMs, 50) : judgingMs;
      this.#timeline.after(this.#random.between(0, mostMs), () => {
        if (running !== this.#running) return;
        this.#timeline.settles();
        resolve(judge());
      });
    });
  }

  #losesNotice(): boolean {
    if (this.#fanOutLoss === 0) return false;
    this.#fanOutLoss -= 1;
    return true;
  }

  /** A dial has found this server. */
  accept(link: Link, dialling: Dialling): void {
    const running = this.#running;
    let connection: Connection | undefined;
    const isAlive = (): boolean => running !== undefined && running === this.#running;
    const bytes = new TextEncoder();
    link.attachServer({
      opened: () => {
        if (running === undefined || !isAlive()) {
          link.cut(0, 0);
          return;
        }
        link.toClient.send({ kind: "open" });
        connection = running.hub.open(
          new LinkSocket(link, () => connection, isAlive, running.process.deaths),
          {
            kind: "dialled",
            query: queryOf(dialling),
            token: dialling.token,
            remoteAddress: "127.0.0.1",
          },
        );
      },
      text: (text) => {
        if (isAlive()) connection?.received(bytes.encode(text), false);
      },
      binary: (data) => {
        if (isAlive()) connection?.received(data, true);
      },
      ping: () => undefined,
      pong: () => {
        if (isAlive()) connection?.ponged();
      },
      ended: (code) => {
        if (isAlive()) connection?.closed(code);
      },
      drained: () => {
        if (isAlive()) connection?.drained();
      },
    });
  }
}

function queryOf({ userId, deviceId, attempt, intentAgeMs }: Dialling): Omit<Dialling, "token"> {
  return { userId, deviceId, attempt, intentAgeMs };
}

/** The settings of every server of a world. */
export function settingsOf(plan: WorldPlan): Settings {
  const events = Object.fromEntries(
    plan.modules.map((module) => [EVENT_OF_MODULE[module] ?? module, module]),
  );
  const options: ProtocolOptions = {
    auth: { mode: "none", scopes: [], modules: [] },
    events: { ...events, [CLIENT_EVENT]: plan.modules[0] ?? "orders" },
    timers: plan.timers,
    limits: plan.limits,
    congestedBytes: 16_384,
    sessionPolicy: plan.sessionPolicy,
  };
  return validateOptions(options);
}

/** A fault of the server is a fault of the world: it is thrown out of the run. */
function faultIn(about: Readonly<Record<string, unknown>>): void {
  if (about.err instanceof Trouble) return;
  throw new Error("the server failed", { cause: about.err });
}

/** The clock of one server process; nothing rings after its death. */
class ServerProcess implements Clock {
  readonly #timeline: Timeline;
  readonly deaths: (() => void)[] = [];
  #isAlive = true;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  die(): void {
    this.#isAlive = false;
    for (const learn of this.deaths) learn();
  }

  now(): number {
    return this.#timeline.now;
  }

  wallTime(): number {
    return 1_760_000_000_000 + this.#timeline.now;
  }

  alarm(wake: () => void): { set(at: number): void; clear(): void } {
    let planned: { cancel(): void } | undefined;
    return {
      set: (at) => {
        planned?.cancel();
        if (at === Infinity) return;
        planned = this.#timeline.at(at, () => {
          if (this.#isAlive) wake();
        });
      },
      clear: () => planned?.cancel(),
    };
  }

  defer(task: () => void): void {
    this.#timeline.after(0, () => {
      if (this.#isAlive) task();
    });
  }
}

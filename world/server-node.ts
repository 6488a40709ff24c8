import { trustEveryone, type Authenticate } from "../server/auth.js";
import type { Clock } from "../server/clock.js";
import { validateOptions, type ProtocolOptions, type Settings } from "../server/config.js";
import { Hub } from "../server/hub.js";
import { Metrics } from "../server/metrics.js";
import { silentLogger } from "../server/logger.js";
import type { Store } from "../server/stores/store.js";
import type { Connection, Socket } from "../server/transports/transport.js";
import type { OpenEffect } from "./client-node.js";
import type { Link } from "./link.js";
import { lossyStore } from "./lossy-store.js";
import type { WorldPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Timeline } from "./timeline.js";

/** What a world's server tells the events apart by. */
export const EVENT_OF_MODULE: Readonly<Record<string, string>> = {
  orders: "order_changed",
  chat: "line_said",
};

/** The only event that clients send. */
export const CLIENT_EVENT = "note_sent";

/** An instance of the server: a hub on a virtual clock, whose process may die and start anew. */
export class ServerNode {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #authenticate: Authenticate;
  #fanOutLoss = 0;
  #running: { readonly hub: Hub; readonly process: ServerProcess } | undefined;

  constructor(plan: WorldPlan, timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
    this.#settings = settingsOf(plan);
    this.#authenticate = authenticateBy(plan);
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
    const hub: Hub = new Hub({
      settings: this.#settings,
      store: lossyStore(store, () => this.#losesNotice()),
      clock: process,
      authenticate: this.#authenticate,
      uuid: () => this.#random.uuid(),
      logger: { ...silentLogger, error: faultIn },
      metrics: new Metrics({ connections: () => 0, users: () => 0, memoryBytes: () => 0 }),
    });
    this.#running = { hub, process };
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
    running.hub.stop();
  }

  #losesNotice(): boolean {
    if (this.#fanOutLoss === 0) return false;
    this.#fanOutLoss -= 1;
    return true;
  }

  /** A dial has found this server. */
  accept(link: Link, open: OpenEffect): void {
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
            query: queryOf(open),
            token: undefined,
            remoteAddress: "127.0.0.1",
          },
        );
      },
      text: (text) => {
        if (isAlive()) connection?.received(bytes.encode(text), false);
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

function queryOf(open: OpenEffect): {
  readonly userId: string;
  readonly deviceId: string;
  readonly attempt: number;
  readonly intentAgeMs: number;
} {
  const { userId, deviceId, attempt, intentAgeMs } = open;
  return { userId, deviceId, attempt, intentAgeMs };
}

function settingsOf(plan: WorldPlan): Settings {
  const events = Object.fromEntries(
    plan.modules.map((module) => [EVENT_OF_MODULE[module] ?? module, module]),
  );
  const options: ProtocolOptions = {
    auth: { mode: "none", scopes: [], modules: [] },
    events: { ...events, [CLIENT_EVENT]: plan.modules[0] ?? "orders" },
    timers: plan.timers,
    limits: plan.limits,
    congestedBytes: 16_384,
  };
  return validateOptions(options);
}

/** Every user of the plan sees what the plan gives them. */
function authenticateBy(plan: WorldPlan): Authenticate {
  const byUser = new Map(
    plan.clients.map(({ userId, scopes, modules }) => [
      userId,
      trustEveryone({ mode: "none", scopes: scopes.map((place) => ({ place })), modules }),
    ]),
  );
  return (userId, token, wallTime) =>
    byUser.get(userId)?.(userId, token, wallTime) ?? { kind: "unacceptable", why: "unknown user" };
}

/** A fault of the server is a fault of the world: it is thrown out of the run. */
function faultIn(about: Readonly<Record<string, unknown>>): void {
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

/** A link as the server's transport shows it. */
class LinkSocket implements Socket {
  readonly #link: Link;
  readonly #connection: () => Connection | undefined;
  readonly #isAlive: () => boolean;
  readonly #text = new TextDecoder();

  constructor(
    link: Link,
    connection: () => Connection | undefined,
    isAlive: () => boolean,
    deaths: (() => void)[],
  ) {
    this.#link = link;
    this.#connection = connection;
    this.#isAlive = isAlive;
    // The kernel of a dead process resets its connections.
    deaths.push(() => {
      link.cut(5, 0);
    });
  }

  send(frame: string | Uint8Array): boolean {
    const text = typeof frame === "string" ? frame : this.#text.decode(frame);
    this.#link.toClient.send({ kind: "text", text });
    return false; // nothing arrives at once
  }

  sendAll(frames: readonly (string | Uint8Array)[]): boolean {
    for (const frame of frames) this.send(frame);
    return false;
  }

  ping(): void {
    this.#link.toClient.send({ kind: "ping" });
  }

  end(code: number): void {
    this.#link.toClient.send({ kind: "close", code });
  }

  terminate(): void {
    if (!this.#isAlive()) return;
    this.#link.cut(20, 0);
    this.#link.timeline.after(0, () => {
      if (this.#isAlive()) this.#connection()?.closed(1006);
    });
  }

  bufferedBytes(): number {
    return this.#link.toClient.inFlight;
  }
}

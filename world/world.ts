import { streamName } from "../server/names.js";
import { memoryStore } from "../server/stores/memory.js";
import type { Store } from "../server/stores/store.js";
import { ClientNode, type OpenEffect } from "./client-node.js";
import type { WireFrame } from "./history.js";
import { HostilePeer } from "./hostile-peer.js";
import { Link } from "./link.js";
import type { Action, WorldPlan } from "./plan.js";
import { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { ScriptedServer } from "./scripted-server.js";
import { EVENT_OF_MODULE, ServerNode } from "./server-node.js";
import type { Move } from "./sessions.js";
import { Timeline } from "./timeline.js";
import { TokenOffice } from "./token-office.js";
import { noTrace, type TraceSink } from "./trace.js";

/** More happenings than any world with bounded traffic has. */
const MOST_STEPS = 400_000;

/** Clients, servers and a bad network in virtual time, after a plan. */
export class World {
  readonly timeline = new Timeline();
  readonly clients: readonly ClientNode[];
  readonly servers: readonly ServerNode[];
  readonly #plan: WorldPlan;
  readonly #recorder: Recorder;
  readonly #random: Random;
  #store: Store;
  #storeLife = 0;
  #published = 0;

  readonly #office: TokenOffice;
  readonly #scripted = new Map<number, ScriptedServer>();

  /** @param moved told of every row of the client's tables that is taken */
  constructor(
    plan: WorldPlan,
    recorder: Recorder,
    trace: TraceSink = noTrace,
    moved: (move: Move) => void = () => undefined,
  ) {
    this.#plan = plan;
    this.#recorder = recorder;
    this.#random = new Random(plan.seed ^ 0x5bd1e995);
    this.#store = this.#newStore();
    this.#office = new TokenOffice(plan, this.timeline, new Random(plan.seed ^ 0x1b873593));
    this.servers = Array.from(
      { length: plan.servers },
      () =>
        new ServerNode(plan, this.timeline, this.#random.fork(), this.#office, (messageId) => {
          recorder.record({ fact: "unanswered", at: this.timeline.now, messageId });
        }),
    );
    for (const server of this.servers) server.start(this.#store);
    this.clients = plan.clients.map(
      (client, index) =>
        new ClientNode(index, client, {
          timeline: this.timeline,
          random: this.#random.fork(),
          recorder,
          trace,
          moved,
          dial: ({ index: dialler }, open) =>
            client.unreliable === true ? this.#dialScripted(dialler) : this.#dial(open),
          office: this.#office,
        }),
    );
    for (const action of plan.actions) {
      this.timeline.at(action.at, () => {
        this.#act(action);
      });
    }
    this.timeline.at(plan.calmAt, () => {
      recorder.record({ fact: "calm", at: plan.calmAt });
      for (const client of this.clients) client.start();
    });
  }

  /** Lets the whole plan happen and records how everything stands at the end. */
  async run(): Promise<void> {
    if (!(await this.timeline.runUntil(this.#plan.endAt, MOST_STEPS))) {
      this.#recorder.record({ fact: "livelock", at: this.timeline.now });
    }
    for (const client of this.clients) {
      for (const [group, members] of client.groups) {
        this.#recorder.record({
          fact: "presenceSeen",
          at: this.timeline.now,
          client: client.index,
          life: client.life,
          group,
          members,
        });
      }
    }
  }

  #act(action: Action): void {
    switch (action.kind) {
      case "publish":
        for (const scope of action.scopes) {
          for (let sent = 0; sent < action.count; sent += 1) {
            this.#publish(action.server, scope, action.module);
          }
        }
        return;
      case "invalidate":
        for (const module of this.#plan.modules) {
          void this.#store.log.invalidate(streamName(module, { place: action.scope }));
        }
        return;
      case "serverRestart":
        this.#restartServer(action);
        return;
      case "fanOutLoss":
        this.servers[action.server]?.loseFanOut(action.events);
        return;
      case "storeLoss":
        this.#loseStore(action.downMs);
        return;
      case "storeAway":
        this.servers[action.server]?.loseStore(action.forMs);
        return;
      case "hostile":
        this.#letIn(action);
        return;
      default: {
        const client = this.clients[action.client];
        if (client !== undefined) this.#actAt(client, action);
      }
    }
  }

  #actAt(client: ClientNode, action: Extract<Action, { client: number }>): void {
    const { now } = this.timeline;
    switch (action.kind) {
      case "connect":
        client.connect();
        return;
      case "suspend":
        client.suspend();
        return;
      case "resume":
        client.resume();
        return;
      case "online":
      case "visible":
        client.signal(action.kind);
        return;
      case "disconnect":
        client.disconnect();
        return;
      case "send":
        for (let sent = 0; sent < action.count; sent += 1) client.send(action.scope);
        return;
      case "presence":
        client.setPresence(action.status);
        return;
      case "cut":
        client.link?.cut(action.clientLearnsMs, action.serverLearnsMs);
        return;
      case "halfOpen":
        client.link?.blackHole(action.way);
        return;
      case "stall":
        client.link?.stallUntil(now + action.forMs);
        return;
      case "slowReader":
        client.link?.toClient.stallUntil(now + action.forMs);
        return;
      case "socketFault":
        if (client.link !== undefined) client.link.isBrokenAtServer = true;
        return;
      case "freeze":
        client.freeze(action.forMs);
        return;
      case "restart":
        client.kill();
        this.timeline.after(action.downMs, () => {
          client.start();
        });
    }
  }

  #publish(server: number, scope: string, module: string): void {
    const hub =
      this.servers[server]?.hub ?? this.servers.find(({ isUp }) => isUp)?.hub ?? undefined;
    const event = EVENT_OF_MODULE[module];
    if (hub === undefined || event === undefined) return;
    this.#published += 1;
    const pad = "x".repeat(this.#random.pick(this.#plan.pads ?? [0, 0, 100, 1_500]));
    const payload = JSON.stringify({ mark: `p${this.#published}`, pad });
    void hub.publisher.publish({ scopes: [{ place: scope }], event, payload: undefined }, payload);
  }

  #restartServer(action: Extract<Action, { kind: "serverRestart" }>): void {
    const server = this.servers[action.server];
    if (server === undefined) return;
    if (action.drains) server.drain();
    else server.crash();
    const store = this.#store;
    this.timeline.after(action.downMs + (action.drains ? 1_000 : 0), () => {
      if (!server.isUp && this.#store === store) server.start(store);
    });
  }

  /** POS-10: what comes back empty comes back with new epochs. */
  #loseStore(downMs: number): void {
    for (const server of this.servers) server.crash();
    this.#storeLife += 1;
    const at = this.timeline.now;
    this.#recorder.record({ fact: "storeLost", at, store: this.#storeLife });
    this.#store = this.#newStore();
    const store = this.#store;
    this.timeline.after(downMs, () => {
      if (this.#store !== store) return;
      for (const server of this.servers) if (!server.isUp) server.start(store);
    });
  }

  #newStore(): Store {
    const { timers, limits } = this.#plan;
    const life = this.#storeLife;
    const store = memoryStore({
      clock: {
        now: () => this.timeline.now,
        wallTime: () => 1_760_000_000_000 + this.timeline.now,
        alarm: () => ({ set: () => undefined, clear: () => undefined }),
        defer: (task) => void this.timeline.after(0, task),
      },
      epochPrefix: `life${life}.`,
      ...(timers.presenceGraceMs === undefined ? {} : { presenceGraceMs: timers.presenceGraceMs }),
      bounds: {
        ...(timers.historyMs === undefined ? {} : { historyMs: timers.historyMs }),
        ...(limits.historyEvents === undefined ? {} : { historyEvents: limits.historyEvents }),
        ...(timers.dedupWindowMs === undefined ? {} : { dedupKeptMs: 2 * timers.dedupWindowMs }),
      },
    });
    const text = new TextDecoder();
    store.log.subscribe({
      appended: ({ stream, epoch, eventId, frame }) => {
        const event = JSON.parse(text.decode(frame)) as WireFrame;
        const { mark } = event.payload as { readonly mark: string };
        this.#recorder.record({
          fact: "appended",
          at: this.timeline.now,
          store: life,
          stream,
          epoch,
          eventId,
          mark,
          ...(typeof event.messageId === "string" ? { messageId: event.messageId } : {}),
        });
      },
      invalidated: (stream, { epoch, headId }) => {
        this.#recorder.record({
          fact: "invalidated",
          at: this.timeline.now,
          store: life,
          stream,
          epoch,
          eventId: headId,
        });
      },
    });
    return store;
  }

  #dial(open: OpenEffect): Link | undefined {
    const { weather, calmAt } = this.#plan;
    const isCalm = this.timeline.now >= calmAt;
    const up = this.servers.filter(({ isUp }) => isUp);
    if (up.length === 0) return undefined;
    if (!isCalm && this.#random.chance(weather.refusedDials)) return undefined;
    const link = new Link(this.timeline, this.#random.fork(), weather);
    this.#random.pick(up).accept(link, open);
    return link;
  }

  /** An unreliable client's own server. It goes away for good with the calm: nothing is promised of it. */
  #dialScripted(client: number): Link | undefined {
    const { weather, calmAt } = this.#plan;
    if (this.timeline.now >= calmAt) return undefined;
    let server = this.#scripted.get(client);
    if (server === undefined) {
      const random = new Random(this.#plan.seed ^ (0x27d4eb2f + client));
      server = new ScriptedServer(client, this.#plan, {
        timeline: this.timeline,
        recorder: this.#recorder,
        random,
      });
      this.#scripted.set(client, server);
    }
    const link = new Link(this.timeline, this.#random.fork(), weather);
    server.accept(link);
    return link;
  }

  #letIn(action: Extract<Action, { kind: "hostile" }>): void {
    const server = this.servers[action.server];
    if (server?.isUp !== true) return;
    const random = new Random(this.#plan.seed ^ (0x165667b1 + action.peer));
    const link = new Link(this.timeline, random.fork(), this.#plan.weather);
    const peer = new HostilePeer(link, action, {
      plan: this.#plan,
      timeline: this.timeline,
      recorder: this.#recorder,
      random,
      publish: (scope, module) => {
        this.#publish(action.server, scope, module);
      },
    });
    server.accept(link, peer.dialling);
    peer.dial();
  }
}

import { type Move, Session, type SessionEffect, type SessionInput } from "./sessions.js";
import type { Place, WireFrame } from "./history.js";
import type { Link, LinkEnd } from "./link.js";
import type { ClientPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { ClientDisk } from "./client-disk.js";
import type { Planned, Timeline } from "./timeline.js";
import type { TraceSink } from "./trace.js";

/** What a dial needs to know. */
export type OpenEffect = Extract<SessionEffect, { type: "open" }>;

/** Finds a server for a client. Undefined: nobody answers. */
export type Dialler = (client: ClientNode, open: OpenEffect) => Link | undefined;

/**
 * A client of the world: a session, an application with slow and failing handlers, stores that outlive
 * the process or not, and a process that can freeze, die and start anew.
 */
export class ClientNode {
  readonly index: number;
  readonly plan: ClientPlan;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #recorder: Recorder;
  readonly #trace: TraceSink;
  readonly #moved: (move: Move) => void;
  readonly #dial: Dialler;
  readonly #disk = new ClientDisk();
  #life = -1;
  #process: Process | undefined;
  #sends = 0;

  constructor(
    index: number,
    plan: ClientPlan,
    parts: {
      readonly timeline: Timeline;
      readonly random: Random;
      readonly recorder: Recorder;
      readonly trace: TraceSink;
      readonly moved: (move: Move) => void;
      readonly dial: Dialler;
    },
  ) {
    this.index = index;
    this.plan = plan;
    this.#timeline = parts.timeline;
    this.#random = parts.random;
    this.#recorder = parts.recorder;
    this.#trace = parts.trace;
    this.#moved = parts.moved;
    this.#dial = parts.dial;
    this.start();
  }

  get state(): string {
    return this.#process?.session.state ?? "dead";
  }

  get life(): number {
    return this.#life;
  }

  get link(): Link | undefined {
    return this.#process?.link;
  }

  /** Presence as the application sees it, by group. */
  get groups(): ReadonlyMap<string, readonly { userId: string; status: string }[]> {
    return this.#process?.presence ?? new Map();
  }

  /** Begins a process with what the stores hold. */
  start(): void {
    if (this.#process !== undefined) return;
    if (!this.plan.persistent) this.#disk.wipe();
    this.#life += 1;
    this.#recorder.record({
      fact: "started",
      at: this.#timeline.now,
      client: this.index,
      life: this.#life,
      positions: this.#disk.places,
    });
    this.#process = new Process(this.index, this.#life, this.plan, {
      timeline: this.#timeline,
      random: this.#random.fork(),
      recorder: this.#recorder,
      trace: this.#trace,
      moved: this.#moved,
      disk: this.#disk,
      dial: (open) => this.#dial(this, open),
    });
  }

  /** Ends the process as a power cut does. */
  kill(): void {
    this.#process?.kill();
    this.#process = undefined;
    this.#recorder.record({
      fact: "stopped",
      at: this.#timeline.now,
      client: this.index,
      life: this.#life,
    });
  }

  freeze(forMs: number): void {
    this.#process?.freeze(forMs);
  }

  send(scope: string | null): void {
    const messageId = this.#random.uuid();
    this.#sends += 1;
    const mark = `m${this.index}.${this.#sends}`;
    this.#process?.send(messageId, mark, scope);
  }

  setPresence(status: "online" | "away" | "busy"): void {
    this.#process?.setPresence(status);
  }

  connect(): void {
    this.#process?.command({ type: "connect" });
  }

  suspend(): void {
    this.#process?.command({ type: "suspend" });
  }

  /** Wakes a client that was put to rest, or was never started. */
  resume(): void {
    if (this.state === "suspended") this.#process?.command({ type: "resume" });
    else if (this.state === "idle") this.connect();
  }

  online(): void {
    this.#process?.command({ type: "signal", signal: "online" });
  }
}

interface ProcessParts {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly trace: TraceSink;
  readonly moved: (move: Move) => void;
  readonly disk: ClientDisk;
  readonly dial: (open: OpenEffect) => Link | undefined;
}

/** One process life: performs what its session asks, in virtual time. */
class Process {
  readonly session: Session;
  readonly presence = new Map<string, { userId: string; status: string }[]>();
  link: Link | undefined;
  readonly #client: number;
  readonly #life: number;
  readonly #plan: ClientPlan;
  readonly #parts: ProcessParts;
  readonly #waiting: SessionInput[] = [];
  #performing = false;
  #alive = true;
  #frozenUntil = 0;
  #timer: Planned | undefined;

  constructor(client: number, life: number, plan: ClientPlan, parts: ProcessParts) {
    this.#client = client;
    this.#life = life;
    this.#plan = plan;
    this.#parts = parts;
    this.session = new Session(
      {
        userId: plan.userId,
        deviceId: plan.deviceId,
        firstAttempt: parts.disk.nextAttempt,
        startFrom: plan.startFrom,
        tokens: { kind: "none" },
        positions: parts.disk.positions,
        messages: parts.disk.messages,
        persistentOutbox: plan.persistent,
        connectTimeoutMs: 10_000,
        outboxMessages: 1_000,
        keptEvents: 50,
      },
      () => parts.random.next(),
      parts.moved,
    );
    if (life > 0) this.command({ type: "connect" });
  }

  kill(): void {
    this.#alive = false;
    this.#timer?.cancel();
    this.link?.cut(0, this.#parts.random.pick([0, 40_000]));
  }

  /** Nothing is handled until then; what arrives meanwhile waits in the socket. */
  freeze(forMs: number): void {
    const until = this.#now + forMs;
    if (until <= this.#frozenUntil) return;
    this.#frozenUntil = until;
    this.#parts.timeline.at(until, () => {
      if (!this.#alive || this.#frozenUntil > this.#now) return;
      this.#record({ fact: "woken" });
      this.#drain(); // the socket before the clock
      this.#setTimer();
    });
  }

  command(input: SessionInput): void {
    this.#take(input);
  }

  send(messageId: string, mark: string, scope: string | null): void {
    this.#record({ fact: "sent", messageId, mark });
    this.#take({
      type: "send",
      messageId,
      event: "note_sent",
      payload: { mark },
      ...(scope === null ? {} : { scope: { place: scope } }),
    });
  }

  setPresence(status: "online" | "away" | "busy"): void {
    this.#record({ fact: "presenceSet", status });
    this.#take({ type: "setPresence", status });
  }

  get #now(): number {
    return this.#parts.timeline.now;
  }

  /** What the client's own clock says, in milliseconds since 1970. */
  get #clock(): number {
    return 1_760_000_000_000 + this.#plan.clockErrorMs + this.#now;
  }

  #take(input: SessionInput): void {
    if (!this.#alive) return;
    this.#waiting.push(input);
    if (this.#performing || this.#now < this.#frozenUntil) return;
    this.#drain();
    this.#setTimer();
  }

  #drain(): void {
    this.#performing = true;
    for (let input = this.#waiting.shift(); input !== undefined; input = this.#waiting.shift()) {
      this.#recordInput(input);
      const effects = this.session.handle(input, this.#clock);
      this.#parts.trace.step({
        at: this.#now,
        client: this.#client,
        life: this.#life,
        now: this.#clock,
        input,
        effects,
        deadline: this.session.deadline,
      });
      for (const effect of effects) this.#perform(effect);
    }
    this.#performing = false;
  }

  /** What comes from outside counts from when the process takes it, not from when it arrived. */
  #recordInput(input: SessionInput): void {
    switch (input.type) {
      case "frame": {
        const frame = JSON.parse(input.text) as WireFrame;
        this.#record({ fact: "frameIn", generation: input.generation, frame });
        return;
      }
      case "ended":
        this.#record({ fact: "ended", generation: input.generation, code: input.code });
        return;
      case "signal":
        this.#record({ fact: "signalled" });
        return;
      case "suspend":
        this.#record({ fact: "suspended" });
        return;
      case "resume":
      case "connect":
        this.#record({ fact: "resumed" });
        return;
      default:
        return;
    }
  }

  #setTimer(): void {
    this.#timer?.cancel();
    const { deadline } = this.session;
    if (deadline === undefined) return;
    const at = Math.max(deadline - (this.#clock - this.#now), this.#frozenUntil);
    this.#timer = this.#parts.timeline.at(at, () => {
      this.#take({ type: "tick" });
    });
  }

  #perform(effect: SessionEffect): void {
    const { disk } = this.#parts;
    switch (effect.type) {
      case "open":
        this.#open(effect);
        return;
      case "send":
        this.#record({
          fact: "frameOut",
          generation: effect.generation,
          frame: JSON.parse(effect.text) as WireFrame,
        });
        this.link?.toServer.send({ kind: "text", text: effect.text });
        return;
      case "close":
        this.link?.toServer.send({ kind: "close", code: effect.code });
        this.link = undefined;
        return;
      case "requestToken":
        return; // tokens: none
      case "deliver":
        this.#handle(effect);
        return;
      case "reload":
        this.#reload(effect);
        return;
      case "storePosition": {
        const { stream, epoch, lastEventId } = effect.position;
        disk.storePosition(effect.position);
        this.#record({ fact: "stored", stream, epoch, eventId: lastEventId });
        return;
      }
      case "storeMessage":
        disk.storeMessage(effect.message);
        this.#take({ type: "messageStored", messageId: effect.message.messageId });
        return;
      case "forgetMessage":
        disk.forgetMessage(effect.messageId);
        return;
      case "settle":
        this.#settle(effect);
        return;
      case "refuse":
        this.#record({
          fact: "settled",
          messageId: effect.messageId,
          status: "failed",
          reason: effect.refusal.why,
        });
        return;
      case "state":
        this.#record({ fact: "state", ...effect.state });
        return;
      case "presence":
        this.#showPresence(effect);
        return;
      case "notice":
      case "trace":
        return;
    }
  }

  #open(open: OpenEffect): void {
    const { generation } = open;
    this.#parts.disk.nextAttempt = open.attempt + 1;
    this.#record({ fact: "dialled", generation });
    const end: LinkEnd = {
      opened: () => {
        this.#take({ type: "opened", generation });
      },
      text: (text) => {
        this.#take({ type: "frame", generation, text });
      },
      ping: () => {
        if (this.#alive && this.#now >= this.#frozenUntil) link?.toServer.send({ kind: "pong" });
      },
      pong: () => undefined,
      ended: (code) => {
        this.#take({ type: "ended", generation, code });
      },
      drained: () => undefined,
    };
    const link = this.#parts.dial(open);
    if (link === undefined) {
      this.#parts.timeline.after(30, () => {
        end.ended(1006);
      });
      return;
    }
    this.link = link;
    link.attachClient(end);
    link.toServer.send({ kind: "open" });
  }

  #handle({ event }: Extract<SessionEffect, { type: "deliver" }>): void {
    const { random, timeline } = this.#parts;
    const { stream, epoch, eventId } = event;
    const { mark } = event.payload as { readonly mark: string };
    this.#record({ fact: "delivered", stream, epoch, eventId, mark });
    const problem = random.chance(this.#plan.handlerThrows) ? "the handler threw" : undefined;
    const done = (): void => {
      if (!this.#alive) return;
      if (this.#now < this.#frozenUntil) {
        timeline.at(this.#frozenUntil, done);
        return;
      }
      this.#record({ fact: "handled", stream, epoch, eventId });
      this.#take({
        type: "handled",
        stream,
        epoch,
        eventId,
        ...(problem === undefined ? {} : { problem }),
      });
    };
    const ms = random.between(0, this.#plan.handlerMs);
    if (ms === 0) done();
    else timeline.after(ms, done);
  }

  #reload({ reloadId, refresh }: Extract<SessionEffect, { type: "reload" }>): void {
    const { random, timeline } = this.#parts;
    const { stream, epoch, lastEventId, reason } = refresh;
    this.#record({ fact: "reloadBegan", stream, epoch, eventId: lastEventId, reloadId, reason });
    const fails = random.chance(this.#plan.reloadFails);
    timeline.after(random.between(0, this.#plan.reloadMs), () => {
      if (!this.#alive) return;
      this.#record({ fact: "reloadEnded", stream, reloadId, failed: fails });
      this.#take(
        fails
          ? { type: "reloadFailed", stream, reloadId, problem: "the application is away" }
          : { type: "reloaded", stream, reloadId },
      );
    });
  }

  #settle({ messageId, result }: Extract<SessionEffect, { type: "settle" }>): void {
    this.#record({
      fact: "settled",
      messageId,
      status: result.status,
      ...(result.status === "failed" ? { reason: result.reason } : {}),
      ...(result.status === "unknown_outcome" && result.kept !== undefined
        ? { kept: result.kept }
        : {}),
      ...(result.status === "accepted" ? { place: placeOf(result) } : {}),
    });
  }

  #showPresence({ presence }: Extract<SessionEffect, { type: "presence" }>): void {
    if (presence.kind === "gone") {
      this.presence.delete(presence.group);
      return;
    }
    const updates = presence.kind === "state" ? presence.members : presence.updates;
    const before = presence.kind === "state" ? [] : (this.presence.get(presence.group) ?? []);
    const leaves = presence.kind === "state" ? [] : presence.leaves;
    const gone = new Set([...leaves, ...updates.map(({ userId }) => userId)]);
    this.presence.set(presence.group, [
      ...before.filter(({ userId }) => !gone.has(userId)),
      ...updates.map(({ userId, status }) => ({ userId, status })),
    ]);
  }

  #record(fact: ClientFact): void {
    this.#parts.recorder.record({
      ...fact,
      at: this.#now,
      client: this.#client,
      life: this.#life,
    });
  }
}

type Recorded = Parameters<Recorder["record"]>[0];
type OfClient = "at" | "client" | "life";
type ClientFact = Recorded extends infer Fact
  ? Fact extends { readonly client: number }
    ? Omit<Fact, OfClient>
    : never
  : never;

function placeOf(result: {
  readonly stream?: string;
  readonly epoch?: string;
  readonly eventId?: number;
}): Partial<Place> {
  const { stream, epoch, eventId } = result;
  return {
    ...(stream === undefined ? {} : { stream }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}

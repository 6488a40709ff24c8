import { ClientProcess } from "./client-process.js";
import type { Link } from "./link.js";
import type { ClientPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { ClientDisk } from "./client-disk.js";
import type { Move, SessionEffect } from "./sessions.js";
import type { Timeline } from "./timeline.js";
import type { TokenOffice } from "./token-office.js";
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
  readonly #office: TokenOffice;
  readonly #disk = new ClientDisk();
  #life = -1;
  #process: ClientProcess | undefined;
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
      readonly office: TokenOffice;
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
    this.#office = parts.office;
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
    this.#process = new ClientProcess(this.index, this.#life, this.plan, {
      timeline: this.#timeline,
      random: this.#random.fork(),
      recorder: this.#recorder,
      trace: this.#trace,
      moved: this.#moved,
      disk: this.#disk,
      dial: (open) => this.#dial(this, open),
      office: this.#office,
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

  signal(signal: "online" | "visible"): void {
    this.#process?.command({ type: "signal", signal });
  }

  /** Ends it for good: only a new process connects again. */
  disconnect(): void {
    this.#process?.command({ type: "disconnect" });
  }
}

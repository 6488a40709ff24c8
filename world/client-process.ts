import { type ClientFact, placeOf } from "./client-facts.js";
import type { ClientDisk } from "./client-disk.js";
import type { OpenEffect } from "./client-node.js";
import type { WireFrame } from "./history.js";
import type { Link, LinkEnd } from "./link.js";
import type { ClientPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { type SeenPresence, showPresence } from "./seen-presence.js";
import {
  type Move,
  Session,
  type SessionEffect,
  type SessionInput,
  type SessionSettings,
} from "./sessions.js";
import type { Planned, Timeline } from "./timeline.js";
import type { TokenOffice } from "./token-office.js";
import type { TraceSink } from "./trace.js";

/** What a process of a client is given. */
export interface ProcessParts {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly trace: TraceSink;
  readonly moved: (move: Move) => void;
  readonly disk: ClientDisk;
  readonly dial: (open: OpenEffect) => Link | undefined;
  readonly office: TokenOffice;
}

/** One process life: performs what its session asks, in virtual time. */
export class ClientProcess {
  readonly session: Session;
  readonly presence: SeenPresence = new Map();
  link: Link | undefined;
  readonly #client: number;
  readonly #life: number;
  readonly #plan: ClientPlan;
  readonly #parts: ProcessParts;
  readonly #waiting: SessionInput[] = [];
  #performing = false;
  #alive = true;
  #frozenUntil = 0;
  #isFrozen = false;
  #timer: Planned | undefined;

  constructor(client: number, life: number, plan: ClientPlan, parts: ProcessParts) {
    this.#client = client;
    this.#life = life;
    this.#plan = plan;
    this.#parts = parts;
    const settings: SessionSettings = {
      userId: plan.userId,
      deviceId: plan.deviceId,
      firstAttempt: parts.disk.nextAttempt,
      startFrom: plan.startFrom,
      tokens: { kind: plan.tokens === undefined ? "none" : "provider" },
      positions: parts.disk.positions,
      messages: parts.disk.messages,
      persistentOutbox: plan.persistent,
      connectTimeoutMs: 10_000,
      outboxMessages: plan.outboxMessages ?? 1_000,
      keptEvents: plan.keptEvents ?? 50,
    };
    parts.trace.start?.({ at: this.#now, client, life, settings });
    this.session = new Session(settings, () => parts.random.next(), parts.moved);
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
    this.#isFrozen = true;
    this.#parts.timeline.at(until, () => {
      if (!this.#alive || this.#frozenUntil > this.#now) return;
      this.#isFrozen = false;
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
    if (this.#performing || this.#isFrozen) return; // also at the instant of waking, until it wakes
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
        chances: this.session.chances,
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
        const frame = frameOf(input.text);
        if (frame === undefined) return;
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
      case "disconnect":
        this.#record({ fact: "disconnected" });
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
        this.#provideToken(effect.requestId);
        return;
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
        showPresence(this.presence, effect.presence);
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
      binary: () => undefined,
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
    const done = (): void => {
      if (!this.#alive) return;
      if (this.#now < this.#frozenUntil) {
        timeline.at(this.#frozenUntil, done);
        return;
      }
      this.#record({ fact: "reloadEnded", stream, reloadId, failed: fails });
      this.#take(
        fails
          ? { type: "reloadFailed", stream, reloadId, problem: "the application is away" }
          : { type: "reloaded", stream, reloadId },
      );
    };
    timeline.after(random.between(0, this.#plan.reloadMs), done);
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

  /** The provider is another program: it goes on while this process is frozen. */
  #provideToken(requestId: number): void {
    const { tokens } = this.#plan;
    const { random, timeline, office } = this.#parts;
    if (tokens === undefined) return;
    const isCalm = office.isCalm();
    const fails = !isCalm && random.chance(tokens.fails);
    timeline.after(random.between(0, isCalm ? 100 : tokens.slowMs), () => {
      this.#take(
        fails
          ? { type: "tokenFailed", requestId, problem: "the provider is away" }
          : { type: "token", requestId, token: office.issue(this.#client) },
      );
    });
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

/** Undefined for what is no frame at all, as unreliable servers send it. */
function frameOf(text: string): WireFrame | undefined {
  try {
    const value = JSON.parse(text) as Partial<WireFrame>;
    return typeof value.type === "string" ? (value as WireFrame) : undefined;
  } catch {
    return undefined;
  }
}

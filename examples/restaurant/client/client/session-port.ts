import type { Connection } from "./connection.js";
import type { SessionEffect } from "./effects.js";
import type { Move } from "./machine.js";
import type { Outgoing, Port } from "./port.js";
import { type Announced, UNANNOUNCED } from "./settings.js";
import { type Counters, newCounters } from "./statistics.js";
import { Timers } from "./timers.js";
import { fitsUtf8, utf8Length } from "./utf8.js";

/** What the parts of the session share. */
export class SessionPort implements Port {
  readonly timers = new Timers();
  readonly counters: Counters = newCounters();
  announced: Announced = UNANNOUNCED;
  now = 0;
  effects: SessionEffect[] = [];
  /** What chance gave during the present input, in order. */
  chances: number[] = [];
  readonly #random: () => number;
  readonly #moved: ((move: Move) => void) | undefined;
  readonly #connection: () => Connection;

  constructor(
    random: () => number,
    moved: ((move: Move) => void) | undefined,
    connection: () => Connection,
  ) {
    this.#random = random;
    this.#moved = moved;
    this.#connection = connection;
  }

  get connected(): boolean {
    return this.#connection().state === "connected";
  }

  begin(now: number): void {
    this.now = now;
    this.effects = [];
    this.chances = [];
  }

  random(): number {
    const chance = this.#random();
    this.chances.push(chance);
    return chance;
  }

  emit(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  moved(move: Move): void {
    this.#moved?.(move);
  }

  encode(frame: Outgoing): string {
    return JSON.stringify({ ...frame, timestamp: new Date(this.now).toISOString() });
  }

  send(frame: Outgoing): void {
    const text = this.encode(frame);
    const limit = this.announced.limits.maxFrameBytes;
    if (fitsUtf8(text, limit)) {
      this.sendText(text);
      return;
    }
    const { type } = frame;
    this.emit({
      type: "notice",
      notice: { kind: "not_sent", type, bytes: utf8Length(text), limit },
    });
  }

  sendText(text: string): void {
    this.counters.framesSent += 1;
    this.emit({ type: "send", generation: this.#connection().generation, text });
  }
}

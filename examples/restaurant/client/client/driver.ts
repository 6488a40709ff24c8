import type { Clock } from "./clock.js";
import type { OpenEffect, SessionEffect } from "./effects.js";
import type { SessionInput } from "./inputs.js";
import type { Session } from "./session.js";
import { type Dial, dialRequest, type Socket } from "./socket.js";

/** Effects that concern the application: everything but sockets. */
export type ApplicationEffect = Exclude<
  SessionEffect,
  { readonly type: "open" | "send" | "close" }
>;

/**
 * One step of a session: the line of a trace. The same inputs at the same times, with the same chances,
 * give the same effects and deadlines in a session of the same settings.
 */
export interface Step {
  readonly now: number;
  readonly input: SessionInput;
  /** What chance gave, uniform in [0, 1), in the order in which it was drawn. */
  readonly chances: readonly number[];
  readonly effects: readonly SessionEffect[];
  readonly deadline: number | undefined;
}

export interface DriverOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly dial: Dial;
  /** Perform an effect for the application. May call `submit`. */
  readonly perform: (effect: ApplicationEffect) => void;
  readonly trace: (step: Step) => void;
}

/** Gives a session its socket and its timer. Inputs wait in a queue while effects are performed. */
export class Driver {
  readonly #session: Session;
  readonly #options: DriverOptions;
  readonly #queue: SessionInput[] = [];
  readonly #closing = new Set<Promise<void>>();
  #draining = false;
  #socket: { readonly generation: number; readonly socket: Socket } | undefined;
  #cancelTimer: (() => void) | undefined;
  #timerAt: number | undefined;

  constructor(session: Session, options: DriverOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Take an input as soon as the effects of those before it are performed. */
  submit(input: SessionInput): void {
    this.#queue.push(input);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#step(next);
      }
    } finally {
      this.#draining = false;
    }
    this.#schedule();
  }

  /** Resolves when nothing is left of any socket that was closed. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #step(input: SessionInput): void {
    const now = this.#options.clock.now();
    const effects = this.#session.handle(input, now);
    const { chances, deadline } = this.#session;
    this.#options.trace({ now, input, chances, effects, deadline });
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case "open":
        this.#open(effect);
        return;
      case "send":
        if (this.#socket?.generation === effect.generation) this.#socket.socket.send(effect.text);
        return;
      case "close":
        this.#close(effect.generation, effect.code, effect.reason);
        return;
      default:
        this.#options.perform(effect);
    }
  }

  #open(effect: OpenEffect): void {
    const { generation } = effect;
    try {
      const socket = this.#options.dial(dialRequest(this.#options.url, effect), {
        opened: () => {
          this.submit({ type: "opened", generation });
        },
        text: (text) => {
          this.submit({ type: "frame", generation, text });
        },
        ended: (code, reason) => {
          this.submit({ type: "ended", generation, code, reason });
        },
      });
      this.#socket = { generation, socket };
    } catch (error) {
      const reason = error instanceof Error ? error.message : "the socket could not be made";
      this.submit({ type: "ended", generation, code: 1006, reason });
    }
  }

  #close(generation: number, code: number, reason: string): void {
    if (this.#socket?.generation !== generation) return;
    const closing = this.#socket.socket.close(code, reason).finally(() => {
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
    this.#socket = undefined;
  }

  #schedule(): void {
    const { deadline } = this.#session;
    if (deadline === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = deadline;
    if (deadline === undefined) return;
    const { clock } = this.#options;
    this.#cancelTimer = clock.after(deadline - clock.now(), () => {
      this.#timerAt = undefined;
      this.submit({ type: "tick" });
    });
  }
}

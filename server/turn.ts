import type { KnownErrorCode } from "../generated/typescript/tables.js";
import type { Settings } from "./config.js";
import { errorFrame } from "./frames.js";
import type { UserRates } from "./rates.js";
import type { Note, SessionEffect } from "./session-input.js";

/** What every session of a server shares. */
export interface SessionEnvironment {
  readonly settings: Settings;
  readonly rates: UserRates;
  /** The timestamp of a frame written now. */
  readonly stamp: () => string;
}

const NOTHING: readonly SessionEffect[] = [];

/** One input being handled: the instant, and what is to be done, in order. */
export class Turn {
  #effects: SessionEffect[] | undefined;

  constructor(
    readonly environment: SessionEnvironment,
    readonly now: number,
  ) {}

  get effects(): readonly SessionEffect[] {
    return this.#effects ?? NOTHING;
  }

  do(effect: SessionEffect): void {
    // Most turns have one effect: a list that begins with it takes the room of one.
    if (this.#effects === undefined) this.#effects = [effect];
    else this.#effects.push(effect);
  }

  send(frame: string | Uint8Array): void {
    this.do({ do: "send", frame });
  }

  error(
    code: KnownErrorCode,
    message: string,
    concerns: { readonly messageId?: string; readonly stream?: string } = {},
  ): void {
    this.send(errorFrame(this.environment.stamp(), code, message, concerns));
    this.note({ kind: "error", code });
  }

  note(what: Note): void {
    this.do({ do: "note", what });
  }
}

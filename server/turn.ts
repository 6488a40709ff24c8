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

/** One input being handled: the instant, and what is to be done, in order. */
export class Turn {
  readonly effects: SessionEffect[] = [];

  constructor(
    readonly environment: SessionEnvironment,
    readonly now: number,
  ) {}

  do(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  send(frame: string | Uint8Array): void {
    this.effects.push({ do: "send", frame });
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
    this.effects.push({ do: "note", what });
  }
}

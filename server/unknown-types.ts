import type { Logger } from "./logger.js";
import type { Occasions } from "./occasions.js";
import { OnceAMinute } from "./once-a-minute.js";

/** A name as the protocol writes types. Anything else could be what was meant to stay secret. */
const TYPE_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Logs unknown types of frames: each once a minute, and only so many of them. */
export class UnknownTypes {
  readonly #types: OnceAMinute<string>;

  constructor(logger: Logger, occasions: Pick<Occasions, "after">) {
    this.#types = new OnceAMinute(occasions, (type, leftOut, isOneOfMore) => {
      const message = isOneOfMore
        ? "clients send frames of more unknown types than are named this minute"
        : "a client sends frames of an unknown type";
      logger.warn({ ...(!isOneOfMore && { type }), ...(leftOut > 0 && { leftOut }) }, message);
    });
  }

  note(type: string): void {
    const name = TYPE_NAME.test(type) ? type : "(no name of a type)";
    this.#types.note(name, name);
  }
}

import type { Logger } from "./logger.js";

const WINDOW_MS = 60_000;
/** Names that one window tells at most; a peer that makes up names cannot fill the log. */
const NAMES_IN_WINDOW = 50;
/** A name as the protocol writes types. Anything else could be what was meant to stay secret. */
const TYPE_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Logs unknown types of frames: each once a minute, and only so many of them. */
export class UnknownTypes {
  readonly #told = new Set<string>();
  #until = -Infinity;
  #hasToldOfMore = false;

  constructor(private readonly logger: Logger) {}

  note(type: string, now: number): void {
    if (now >= this.#until) {
      this.#until = now + WINDOW_MS;
      this.#told.clear();
      this.#hasToldOfMore = false;
    }
    const name = TYPE_NAME.test(type) ? type : "(no name of a type)";
    if (this.#told.has(name) || this.#hasToldOfMore) return;
    if (this.#told.size >= NAMES_IN_WINDOW) {
      this.#hasToldOfMore = true;
      this.logger.warn({}, "clients send frames of more unknown types than are named this minute");
      return;
    }
    this.#told.add(name);
    this.logger.warn({ type: name }, "a client sends frames of an unknown type");
  }
}

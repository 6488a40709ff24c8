import type { Logger } from "./logger.js";
import type { Occasions } from "./occasions.js";
import { OnceAMinute } from "./once-a-minute.js";

const LONGEST_KIND = 200;

/** Logs the server's own failures. While a store is away each dial fails alike: that is one line a minute. */
export class Failures {
  readonly #failures: OnceAMinute<unknown>;

  constructor(logger: Logger, occasions: Pick<Occasions, "after">) {
    this.#failures = new OnceAMinute(occasions, (err, leftOut) => {
      const about = { err, ...(leftOut > 0 && { leftOut }) };
      logger.error(about, "the server failed while handling a connection");
    });
  }

  note(error: unknown): void {
    this.#failures.note(kindOf(error), error);
  }

  /** Logs now what was left out so far. */
  tellLeftOut(): void {
    this.#failures.tellLeftOut();
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error ? String(error.code) : "";
  return `${error.name} ${code} ${error.message}`.slice(0, LONGEST_KIND);
}

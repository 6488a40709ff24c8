// What somebody sees on a device: a line for each event that the session receives.

import type { Client } from "../client/client/index.js";
import { HEARD, textOf, type Heard } from "./texts.js";

/** A line; those without a place are the device's own. */
export interface Line {
  /** Module and id of the event, such as `orders 3`. */
  readonly place: string;
  readonly module: string;
  readonly text: string;
}

export class Screen {
  #lines: Line[] = [];
  readonly #heard = new Map<Heard, number>();
  readonly #expected = new Map<Heard, number>();
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly name: string,
    readonly client: Client,
  ) {
    for (const event of HEARD) this.#listen(event);
  }

  /** A line of the device itself. */
  note(text: string): void {
    this.#lines.push({ place: "", module: "", text });
  }

  /** Resolves when one more event of this name has come than were waited for before. */
  async heard(event: Heard): Promise<void> {
    const expected = (this.#expected.get(event) ?? 0) + 1;
    this.#expected.set(event, expected);
    while ((this.#heard.get(event) ?? 0) < expected) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /**
   * The lines since it was last asked: for each module in the order in which they came, because order
   * holds within a stream and not between streams.
   */
  takeLines(): readonly Line[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines.sort((a, b) => (a.module < b.module ? -1 : a.module > b.module ? 1 : 0));
  }

  #listen(event: Heard): void {
    this.client.on(event, ({ payload, module = "own", eventId }) => {
      const text = textOf(event, payload);
      this.#lines.push({ place: `${module} ${eventId}`, module, text });
      this.#heard.set(event, (this.#heard.get(event) ?? 0) + 1);
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    });
  }
}

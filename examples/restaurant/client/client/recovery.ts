import type { Port } from "./port.js";

/** Whether a connection that was lost has been made good: again connected, with nothing missing (LIB-8). */
export class Recovery {
  readonly #port: Port;
  #everConnected = false;
  /** When the connection was lost that has not been made good yet. */
  #lostAt: number | undefined;

  constructor(port: Port) {
    this.#port = port;
  }

  connected(): void {
    if (this.#everConnected) this.#port.counters.reconnects += 1;
    this.#everConnected = true;
  }

  lost(): void {
    this.#lostAt ??= this.#port.now;
  }

  /** The application rests or ends the client: there is nothing to make good. */
  forget(): void {
    this.#lostAt = undefined;
  }

  /** @param isCurrent whether nothing is missing in any stream. */
  look(isCurrent: () => boolean): void {
    if (this.#lostAt === undefined || !this.#port.connected || !isCurrent()) return;
    const downMs = this.#port.now - this.#lostAt;
    this.#lostAt = undefined;
    this.#port.emit({ type: "notice", notice: { kind: "recovered", downMs } });
  }
}

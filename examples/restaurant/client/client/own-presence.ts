import type { PresenceUpdatePayload } from "../messages.js";
import type { Port } from "./port.js";

/** What the user shows to the others, once the application has said so (PRES-31). */
export class OwnPresence {
  readonly #port: Port;
  #payload: PresenceUpdatePayload | undefined;

  constructor(port: Port) {
    this.#port = port;
  }

  set(payload: PresenceUpdatePayload): void {
    this.#payload = payload;
    if (this.#port.connected) this.#port.send({ type: "PRESENCE_UPDATE", payload });
  }

  /** PRES-22: the server may have forgotten. */
  connected(): void {
    if (this.#payload !== undefined) this.set(this.#payload);
  }
}

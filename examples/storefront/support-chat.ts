// A conversation as a page shows it: own lines stand there at once, before the server has them.

import type { Client } from "./client/client/index.js";
import type { Scope } from "./client/index.js";

export interface Line {
  readonly text: string;
  readonly from: string;
  /** `pending` until the line comes back as an event, or is refused for good. */
  readonly state: "pending" | "sent" | "failed";
  /** Why it failed. */
  readonly because?: string;
}

export class SupportChat {
  /** Lines in the order in which they are shown, by messageId. */
  readonly #lines = new Map<string, Line>();
  readonly #waiting = new Map<string, () => void>();

  constructor(
    private readonly client: Client,
    private readonly userId: string,
    private readonly scope: Scope,
    private readonly onChange: (line: Line) => void,
  ) {
    // The event of an own line carries the messageId that it was sent under: so it takes the place of
    // the pending one, whether the result of the send comes before, after or never.
    client.on("chat_message", ({ stream, eventId, messageId, senderId = "", payload }) => {
      const id = messageId ?? `${stream} ${eventId}`;
      this.#put(id, { text: payload.text, from: senderId, state: "sent" });
    });
  }

  /** Shows a line as pending and sends it. Offline it waits, and is sent when the session is back. */
  async say(text: string, scope = this.scope): Promise<void> {
    const messageId = crypto.randomUUID();
    const line = { text, from: this.userId };
    this.#put(messageId, { ...line, state: "pending" });
    const failed = (because: string): void => {
      this.#put(messageId, { ...line, state: "failed", because });
    };
    try {
      const result = await this.client.send("chat_message", { text }, { scope, messageId });
      if (result.status === "failed") failed(result.reason);
    } catch (error) {
      failed((error as Error).message); // the contract does not allow it, or the client is over
    }
  }

  /** Resolves when a line of this text has come. */
  async seen(text: string): Promise<void> {
    if ([...this.#lines.values()].some((line) => line.text === text && line.state === "sent"))
      return;
    await new Promise<void>((resolve) => this.#waiting.set(text, resolve));
  }

  #put(id: string, line: Line): void {
    if (this.#lines.get(id)?.state === "sent") return;
    this.#lines.set(id, line);
    this.onChange(line);
    if (line.state === "sent") this.#waiting.get(line.text)?.();
  }
}

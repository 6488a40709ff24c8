import type { Scope } from "../messages.js";

/** A MESSAGE as an outbox store keeps it. */
export interface StoredMessage {
  /** UUID, the same for every send. */
  readonly messageId: string;
  readonly event: string;
  readonly payload: unknown;
  readonly scope?: Scope;
  /**
   * When it was first sent, by the client's own clock in milliseconds since 1970; missing before
   * (MSG-6). The re-send window counts from here.
   */
  readonly firstSentAt?: number;
}

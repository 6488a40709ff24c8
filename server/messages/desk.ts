import { whenDone } from "../awaiting.js";
import type { MessageHead, MessageRefusal } from "../session-input.js";
import type { AppendOutcome, EventLog, Fence } from "../stores/store.js";
import { ApplicationAway, type MessageDecision, type MessageHandler } from "./message-handler.js";

/** Whose message it is. */
export interface Sender {
  readonly fence: Fence;
  readonly deviceId: string | undefined;
}

/** What the desk says of a message. */
export type Ruling =
  | { readonly kind: "publish" }
  /** It has its outcome, now or since an earlier time. */
  | { readonly kind: "known"; readonly outcome: AppendOutcome }
  | { readonly kind: "refused"; readonly refusal: MessageRefusal }
  /** It had no effect and waits. */
  | { readonly kind: "away" }
  /** Whether it had an effect is not known. */
  | { readonly kind: "unknown"; readonly error: unknown };

/** Puts messages before the application: each once, however often the client sends it. */
export class MessageDesk {
  constructor(
    private readonly handler: MessageHandler,
    private readonly log: EventLog,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** @param payload JSON text */
  judge(sender: Sender, frame: MessageHead, payload: string, rule: (ruling: Ruling) => void): void {
    whenDone(
      () => this.log.recall(sender.fence.userId, frame.messageId),
      (known) => {
        if (known !== undefined)
          rule({ kind: "known", outcome: known }); // MSG-8
        else this.#ask(sender, frame, payload, rule);
      },
      (error) => {
        this.failed(error);
        rule({ kind: "away" }); // nobody was asked
      },
    );
  }

  #ask(sender: Sender, frame: MessageHead, payload: string, rule: (ruling: Ruling) => void): void {
    const { fence, deviceId } = sender;
    const { messageId, event, scope } = frame;
    const { userId, sessionId } = fence;
    const message = {
      messageId,
      userId,
      sessionId,
      event,
      payload: JSON.parse(payload) as unknown,
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(scope === undefined ? {} : { scope }),
    };
    whenDone(
      () => this.handler(message),
      (decision) => {
        this.#decided(fence, messageId, decision, rule);
      },
      (error) => {
        rule(error instanceof ApplicationAway ? { kind: "away" } : { kind: "unknown", error });
      },
    );
  }

  #decided(
    fence: Fence,
    messageId: string,
    decision: MessageDecision,
    rule: (ruling: Ruling) => void,
  ): void {
    switch (decision.outcome) {
      case "publish":
        rule({ kind: "publish" });
        return;
      case "refuse": {
        const { code, message } = decision;
        rule({ kind: "refused", refusal: { code, message: message.slice(0, LONGEST_MESSAGE) } });
        return;
      }
      case "accept":
        whenDone(
          () => this.log.settle({ dedupOwner: fence.userId, dedupKey: messageId, fence }),
          (outcome) => {
            rule({ kind: "known", outcome });
          },
          (error) => {
            rule({ kind: "unknown", error });
          },
        );
        return;
      default:
        rule({ kind: "unknown", error: new TypeError("the message handler gave no decision") });
    }
  }
}

const LONGEST_MESSAGE = 256;

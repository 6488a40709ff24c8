import { isLater, whenDone } from "./awaiting.js";
import type { Hub, HubParts } from "./hub.js";
import type { Link } from "./link.js";
import { MessageDesk } from "./messages/desk.js";
import type { SessionEffect } from "./session-input.js";
import { reply } from "./store-replies.js";
import type { AppendOutcome, Awaitable } from "./stores/store.js";

type Effect<Do extends SessionEffect["do"]> = Extract<SessionEffect, { do: Do }>;

const NO_MODULE = {
  code: "unsupported_event",
  message: "no module takes an event of this name",
} as const;

/** What the hub does with the MESSAGEs of a session. */
export class MessageActions {
  readonly #desk: MessageDesk | undefined;

  /** @param enterAgain told of a session whose lease had lapsed and is taken up again */
  constructor(
    private readonly hub: Hub,
    { handleMessage, store }: HubParts,
    private readonly enterAgain: (link: Link) => void,
  ) {
    if (handleMessage === undefined) return;
    this.#desk = new MessageDesk(handleMessage, store.log, (error) => {
      hub.failed(error);
    });
  }

  /** Puts a message before the application where there is one, else publishes it. */
  take(link: Link, effect: Effect<"publish">, isRepeated = false): void {
    const startedAt = this.hub.now();
    if (this.#desk === undefined) {
      this.#publish(link, effect, isRepeated, startedAt);
      return;
    }
    this.#desk.judge(link, effect.frame, effect.payload, (ruling) => {
      switch (ruling.kind) {
        case "publish":
          if (this.hub.publisher.hasModule(effect.frame.event)) {
            this.#publish(link, effect, isRepeated, startedAt);
          } else link.deliver(reply({ to: "publish", refused: NO_MODULE }));
          return;
        case "known":
          this.#outcome(link, effect, ruling.outcome, this.hub.now() - startedAt, isRepeated);
          return;
        case "refused":
          link.deliver(reply({ to: "publish", refused: ruling.refusal }));
          return;
        case "away":
          link.deliver(reply({ to: "publish", failed: "away" })); // MSG-17
          return;
        case "unknown":
          this.#unpublished(link, ruling.error);
      }
    });
  }

  #publish(link: Link, effect: Effect<"publish">, isRepeated: boolean, startedAt: number): void {
    let outcome: Awaitable<AppendOutcome>;
    try {
      // The link is its own fence here: a store reads a fence before it answers or waits.
      outcome = this.hub.publisher.message(effect.frame, effect.payload, effect.scope, link);
    } catch (error) {
      this.#unpublished(link, error);
      return;
    }
    if (!isLater(outcome)) {
      this.#outcome(link, effect, outcome, this.hub.now() - startedAt, isRepeated);
      return;
    }
    outcome.then(
      (answer) => {
        this.#outcome(link, effect, answer, this.hub.now() - startedAt, isRepeated);
      },
      (error: unknown) => {
        this.#unpublished(link, error);
      },
    );
  }

  /** MSG-8: a refusal takes nothing back that was published before. */
  recall(link: Link, { messageId, refusal }: Effect<"recall">): void {
    whenDone(
      () => this.hub.store.log.recall(link.userId, messageId),
      (known) => {
        if (known === undefined) link.deliver(reply({ to: "publish", refused: refusal }));
        else {
          const { stream, epoch, eventId } = known;
          this.hub.metrics.duplicate();
          link.deliver(reply({ to: "publish", isDuplicate: true, stream, epoch, eventId }));
        }
      },
      (error) => {
        this.hub.failed(error);
        link.deliver(reply({ to: "publish", failed: "away" })); // nothing was published
      },
    );
  }

  #outcome(
    link: Link,
    effect: Effect<"publish">,
    outcome: AppendOutcome,
    tookMs: number,
    isRepeated: boolean,
  ): void {
    if (outcome.kind === "fenced") {
      this.#fenced(link, effect, isRepeated);
      return;
    }
    this.hub.metrics.handled(tookMs);
    const { stream, epoch, eventId } = outcome;
    const isDuplicate = outcome.kind === "duplicate";
    if (isDuplicate) this.hub.metrics.duplicate();
    link.deliver(reply({ to: "publish", isDuplicate, stream, epoch, eventId }));
  }

  #unpublished(link: Link, error: unknown): void {
    this.hub.failed(error);
    link.deliver(reply({ to: "publish", failed: "internal" }));
  }

  /** SESS-15, SESS-17: a lease that merely lapsed is taken up again; a place that was taken is lost. */
  #fenced(link: Link, effect: Effect<"publish">, isRepeated: boolean): void {
    if (!link.isRegistered) return;
    whenDone(
      () => this.hub.store.sessions.renew([link], this.hub.settings.sessionPolicy),
      ({ lost, again }) => {
        if (again.length > 0) this.enterAgain(link);
        if (lost.length > 0 || isRepeated) link.deliver({ name: "replaced" });
        else if (!link.isOver) this.take(link, effect, true);
      },
      (error) => {
        link.owesPresence = true;
        this.hub.failed(error);
        link.deliver(reply({ to: "publish", failed: "away" })); // nothing was published
      },
    );
  }
}

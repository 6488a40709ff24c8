import type { Fact, Place, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";

interface Sent {
  readonly client: number;
  readonly life: number;
  readonly order: number;
  readonly mark: string;
}

/** How a message ended, and the life of the store at that time. */
type Settled = Extract<Fact, { fact: "settled" }> & { readonly store: number };

/**
 * Judges what became of client messages: each accepted one stands in the log once per life of the
 * store, none that was refused does, and the log keeps the order of sending (MSG-3, MSG-8, MSG-9).
 * A store that lost everything also forgot what it had accepted: a repeat may then be refused.
 */
export class MessageChecker {
  readonly violations: Violation[] = [];
  readonly #sent = new Map<string, Sent>();
  readonly #logged = new Map<string, (Place & { readonly store: number })[]>();
  readonly #settled = new Map<string, Settled>();
  readonly #lastOrder = new Map<string, number>();
  /** Messages that a server answered `internal`, or would have. */
  readonly #unanswered = new Set<string>();
  #sends = 0;
  #store = 0;

  constructor(readonly plan: WorldPlan) {}

  see(fact: Fact): void {
    switch (fact.fact) {
      case "sent":
        this.#sends += 1;
        this.#sent.set(fact.messageId, {
          client: fact.client,
          life: fact.life,
          order: this.#sends,
          mark: fact.mark,
        });
        return;
      case "appended":
        if (fact.messageId !== undefined) this.#appended(fact, fact.messageId);
        return;
      case "unanswered":
        this.#unanswered.add(fact.messageId);
        return;
      case "storeLost":
        this.#store = fact.store;
        return;
      case "settled":
        this.#settle(fact);
        return;
      default:
        return;
    }
  }

  /** Judges what can only be known at the end. */
  finish(at: number): void {
    for (const [messageId, settled] of this.#settled) {
      const places = this.#logged.get(messageId) ?? [];
      const { client } = settled;
      if (settled.status === "accepted" && places.length === 0) {
        this.violations.push({
          requirement: "MSG-7",
          at,
          client,
          problem: `message ${messageId} was accepted, but the log never held it`,
        });
      }
      const isKept = places.some(({ store }) => store >= settled.store);
      if (settled.status === "failed" && isKept) {
        this.violations.push({
          requirement: "MSG-23",
          at,
          client,
          problem: `message ${messageId} was reported failed (${String(settled.reason)}), but the log holds it`,
        });
      }
    }
  }

  /** Messages that a client sent in this process life and that were never settled. */
  unsettled(client: number, life: number): readonly string[] {
    return [...this.#sent]
      .filter(([, sent]) => sent.client === client && sent.life === life)
      .map(([messageId]) => messageId)
      .filter((messageId) => !this.#settled.has(messageId));
  }

  #appended(fact: Extract<Fact, { fact: "appended" }>, messageId: string): void {
    const places = this.#logged.get(messageId) ?? [];
    this.#logged.set(messageId, [...places, fact]);
    const sent = this.#sent.get(messageId);
    if (sent === undefined) {
      this.#blame("MSG-2", fact.at, undefined, `the log holds message ${messageId}, never sent`);
      return;
    }
    if (sent.mark !== fact.mark) {
      this.#blame("ROUTE-9", fact.at, sent.client, `message ${messageId} changed on its way`);
    }
    if (places.some(({ store }) => store === fact.store)) {
      this.#blame("MSG-9", fact.at, sent.client, `message ${messageId} was published twice`);
    }
    const lane = `${sent.client} ${fact.store}`;
    const last = this.#lastOrder.get(lane) ?? 0;
    // A message of unknown outcome does not hold back those behind it (MSG-19).
    if (places.length === 0 && sent.order < last && !this.#unanswered.has(messageId)) {
      this.#blame("MSG-3", fact.at, sent.client, `message ${messageId} was published out of order`);
    }
    this.#lastOrder.set(lane, Math.max(last, sent.order));
  }

  #settle(fact: Extract<Fact, { fact: "settled" }>): void {
    const { messageId, client, at } = fact;
    const before = this.#settled.get(messageId);
    if (before?.life === fact.life) {
      this.#blame("MSG-23", at, client, `message ${messageId} was settled twice`);
    }
    this.#settled.set(messageId, { ...fact, store: this.#store });
    const { place } = fact;
    if (fact.status === "accepted" && place?.eventId !== undefined) {
      const known = (this.#logged.get(messageId) ?? []).some(
        ({ stream, epoch, eventId }) =>
          stream === place.stream && epoch === place.epoch && eventId === place.eventId,
      );
      if (!known) {
        this.#blame("MSG-8", at, client, `message ${messageId} was accepted at a wrong place`);
      }
    }
  }

  #blame(requirement: string, at: number, client: number | undefined, problem: string): void {
    this.violations.push({ requirement, at, problem, ...(client === undefined ? {} : { client }) });
  }
}

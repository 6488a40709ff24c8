import type { Fact, Violation } from "../history.js";
import { type Head, StreamLists } from "./stream-lists.js";

interface Processed {
  epoch: string;
  eventId: number;
}

/**
 * Judges what a client claims to have processed: nothing is acknowledged (ACK-1) or stored (POS-2) before
 * its handler or its reload has finished.
 */
export class AckChecker {
  readonly violations: Violation[] = [];
  readonly #processed = new Map<string, Processed>();
  readonly #delivered = new Map<string, Processed>();
  readonly #reloads = new Map<string, Extract<Fact, { fact: "reloadBegan" }>>();
  readonly #lists = new StreamLists();

  see(fact: Fact): void {
    const heads = this.#lists.see(fact);
    if (heads !== undefined && "life" in fact) this.#adopt(fact, heads);
    switch (fact.fact) {
      case "started":
        for (const place of fact.positions)
          this.#processed.set(key(fact, place.stream), { ...place });
        return;
      case "delivered":
        this.#delivered.set(key(fact, fact.stream), { ...fact });
        return;
      case "handled":
        this.#processed.set(key(fact, fact.stream), { epoch: fact.epoch, eventId: fact.eventId });
        return;
      case "reloadBegan":
        this.#reloads.set(key(fact, fact.stream), fact);
        return;
      case "reloadEnded":
        if (!fact.failed) this.#reloaded(fact);
        return;
      case "stored":
        this.#claimed("POS-2", fact, { ...fact, lastEventId: fact.eventId });
        return;
      case "frameOut":
        if (fact.frame.type === "ACK") {
          for (const place of fact.frame.streams as readonly Head[]) {
            this.#claimed("ACK-1", fact, place);
          }
        }
        return;
      default:
        return;
    }
  }

  #adopt(fact: OfClient, heads: readonly Head[]): void {
    for (const { stream, epoch, lastEventId } of heads) {
      const place = key(fact, stream);
      if (!this.#processed.has(place)) {
        this.#processed.set(place, { epoch, eventId: lastEventId });
      }
    }
    // A reload of a stream that was removed has no effect any more (STREAM-13).
    const listed = new Set(heads.map(({ stream }) => key(fact, stream)));
    const { client, life } = fact;
    for (const place of this.#reloads.keys()) {
      if (place.startsWith(`${client} ${life} `) && !listed.has(place)) this.#reloads.delete(place);
    }
  }

  #reloaded(fact: Extract<Fact, { fact: "reloadEnded" }>): void {
    const place = key(fact, fact.stream);
    const reload = this.#reloads.get(place);
    if (reload === undefined) return;
    const last = this.#delivered.get(place);
    const behind = last?.epoch === reload.epoch ? last.eventId : 0;
    const eventId = Math.max(reload.eventId, behind, fact.snapshotId ?? 0);
    this.#processed.set(place, { epoch: reload.epoch, eventId });
  }

  /** Whoever acknowledges or stores a position claims that everything up to it was processed. */
  #claimed(requirement: string, fact: OfClient, { stream, epoch, lastEventId }: Head): void {
    const processed = this.#processed.get(key(fact, stream));
    if (processed?.epoch === epoch && lastEventId <= processed.eventId) return;
    const claim = requirement === "ACK-1" ? "acknowledges" : "stores";
    const truth = processed === undefined ? "nothing" : `${processed.epoch}/${processed.eventId}`;
    this.violations.push({
      requirement,
      at: fact.at,
      client: fact.client,
      problem: `${claim} ${epoch}/${lastEventId} in ${stream}, processed is ${truth}`,
    });
  }
}

interface OfClient {
  readonly at: number;
  readonly client: number;
  readonly life: number;
}

function key({ client, life }: OfClient, stream: string): string {
  return `${client} ${life} ${stream}`;
}

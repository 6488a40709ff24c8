import type { Fact, Place, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";
import { type Head, StreamLists } from "./stream-lists.js";

/** Where an application stands in a stream, as a reader of the protocol reckons it. */
interface Standing {
  epoch: string;
  eventId: number;
  /** Ids handed to the application in this process life, by epoch. */
  readonly seen: Set<string>;
  /** The reload that runs, with what it was asked to resume from. */
  reload: (Place & { readonly reloadId: number; readonly reason: string }) | undefined;
}

/** Standings of one process life of one client, by stream. */
export type Standings = Map<string, Standing>;

/**
 * Follows what every application was given and judges order, doubles and gaps: each event is the one
 * after the last, or a reload explains the step. At the end `standings` says how far each one came.
 */
export class PositionChecker {
  readonly violations: Violation[] = [];
  readonly #standings = new Map<number, Standings>();
  readonly #marks = new Map<string, string>();
  readonly #lists = new StreamLists();
  /** Streams of the list in force. */
  readonly #listed = new Map<number, ReadonlySet<string>>();
  readonly #closed = new Set<number>();
  readonly #started = new Map<number, Map<string, Place>>();

  constructor(readonly plan: WorldPlan) {}

  /** How far each client came in its present life. */
  standingsOf(client: number): Standings {
    return this.#standings.get(client) ?? new Map<string, Standing>();
  }

  see(fact: Fact): void {
    const heads = this.#lists.see(fact);
    if (heads !== undefined && "client" in fact) this.#adoptHeads(fact.client, heads);
    switch (fact.fact) {
      case "appended":
        this.#marks.set(placeKey(fact), fact.mark);
        return;
      case "started":
        this.#standings.set(fact.client, new Map());
        this.#listed.delete(fact.client);
        this.#closed.delete(fact.client);
        this.#started.set(
          fact.client,
          new Map(fact.positions.map((place) => [place.stream, place])),
        );
        return;
      case "state":
        if (fact.state === "closed") this.#closed.add(fact.client);
        return;
      case "delivered":
        this.#delivered(fact);
        return;
      case "reloadBegan": {
        this.#judgeListed(fact);
        const standing = this.#standing(fact.client, fact.stream);
        if (standing === undefined) return;
        standing.reload = fact;
        return;
      }
      case "reloadEnded":
        if (!fact.failed) this.#reloaded(fact.client, fact.stream, fact.snapshotId);
        return;
      default:
        return;
    }
  }

  /** POS-4 to POS-7: where a stream begins that this life has not met yet. */
  #adoptHeads(client: number, heads: readonly Head[]): void {
    const standings = this.standingsOf(client);
    const listed = new Set(heads.map(({ stream }) => stream));
    this.#listed.set(client, listed);
    for (const [stream, standing] of standings) {
      if (!listed.has(stream)) standing.reload = undefined; // STREAM-13
    }
    const stored = this.#started.get(client);
    const startFrom = this.plan.clients[client]?.startFrom ?? "latest";
    for (const head of heads) {
      if (standings.has(head.stream)) continue;
      const place = stored?.get(head.stream) ?? firstPlace(head, startFrom);
      standings.set(head.stream, {
        epoch: place.epoch,
        eventId: place.eventId,
        seen: new Set(),
        reload: undefined,
      });
    }
  }

  #delivered(fact: Extract<Fact, { fact: "delivered" }>): void {
    const standing = this.#standing(fact.client, fact.stream);
    if (standing === undefined) {
      this.#blame(
        "STREAM-12",
        fact,
        `an event of ${fact.stream}, which is not in the session's set`,
      );
      return;
    }
    this.#judgeListed(fact);
    const key = `${fact.epoch}/${fact.eventId}`;
    if (standing.seen.has(key)) {
      this.#blame("STREAM-6", fact, `event ${key} of ${fact.stream} was delivered twice`);
    }
    standing.seen.add(key);
    if (standing.reload !== undefined) {
      this.#blame("REFRESH-10", fact, `event ${key} of ${fact.stream} during a reload`);
    }
    if (fact.epoch !== standing.epoch) {
      this.#blame("STREAM-10", fact, `event ${key}, but the position is of ${standing.epoch}`);
    } else if (fact.eventId !== standing.eventId + 1) {
      this.#blame("STREAM-7", fact, `event ${key} of ${fact.stream} after ${standing.eventId}`);
    }
    if (this.#marks.get(placeKey(fact)) !== fact.mark) {
      this.#blame("ROUTE-9", fact, `event ${key} of ${fact.stream} has a payload nobody published`);
    }
    standing.epoch = fact.epoch;
    standing.eventId = fact.eventId;
  }

  /** REFRESH-15 to REFRESH-18. */
  #reloaded(client: number, stream: string, snapshotId: number | undefined): void {
    const standing = this.#standing(client, stream);
    const reload = standing?.reload;
    if (standing === undefined || reload === undefined) return;
    standing.reload = undefined;
    const sameEpoch = standing.epoch === reload.epoch;
    const lowered = reload.reason === "position_ahead";
    if (lowered) standing.seen.clear();
    standing.eventId =
      sameEpoch && !lowered ? Math.max(standing.eventId, reload.eventId) : reload.eventId;
    standing.epoch = reload.epoch;
    if (snapshotId !== undefined) standing.eventId = Math.max(standing.eventId, snapshotId);
  }

  #judgeListed(fact: {
    readonly at: number;
    readonly client: number;
    readonly stream: string;
  }): void {
    const { client, stream } = fact;
    if (this.#closed.has(client)) this.#blame("LIB-2", fact, `${stream} goes on after the end`);
    else if (this.#listed.get(client)?.has(stream) !== true) {
      this.#blame("STREAM-13", fact, `${stream} goes on, which was removed`);
    }
  }

  #standing(client: number, stream: string): Standing | undefined {
    return this.standingsOf(client).get(stream);
  }

  #blame(
    requirement: string,
    fact: { readonly at: number; readonly client: number },
    problem: string,
  ): void {
    this.violations.push({ requirement, at: fact.at, client: fact.client, problem });
  }
}

function firstPlace(head: Head, startFrom: "latest" | "acked" | "earliest"): Place {
  const { stream, epoch } = head;
  const eventId =
    startFrom === "latest"
      ? head.lastEventId
      : startFrom === "acked"
        ? (head.ackedEventId ?? 0)
        : 0;
  return { stream, epoch, eventId };
}

export function placeKey(place: Place): string {
  return `${place.stream} ${place.epoch} ${place.eventId}`;
}

// What the handlers of one client saw, as it happened, and short: events that follow one another are a run.

import type { ApplicationEvent, Refresh } from "../../generated/typescript/client/index.js";
import { member, numberOr } from "../../conformance/json.js";
import { folded, NOTHING_FOLDED } from "./key.js";

/** Events whose ids rise by one. */
export interface Run {
  readonly kind: "run";
  readonly epoch: string;
  readonly from: number;
  to: number;
  /** The keys of all of them, folded in order. */
  fold: number;
}

/** The application was told to load its state anew; the stream goes on after `lastEventId`. */
export interface Reloaded {
  readonly kind: "reloaded";
  readonly epoch: string;
  readonly lastEventId: number;
  readonly reason: string;
}

export type Sighting = Run | Reloaded;

export class Journal {
  readonly streams = new Map<string, Sighting[]>();
  seen = 0;

  saw(event: ApplicationEvent): void {
    const { stream, epoch, eventId, payload } = event;
    const key = numberOr(member(payload, "key"), -1);
    const sightings = this.#of(stream);
    const last = sightings.at(-1);
    this.seen += 1;
    if (last?.kind === "run" && last.epoch === epoch && eventId === last.to + 1) {
      last.to = eventId;
      last.fold = folded(last.fold, key);
      return;
    }
    const fold = folded(NOTHING_FOLDED, key);
    sightings.push({ kind: "run", epoch, from: eventId, to: eventId, fold });
  }

  reloaded({ stream, epoch, lastEventId, reason }: Refresh): void {
    this.#of(stream).push({ kind: "reloaded", epoch, lastEventId, reason });
  }

  /** The id up to which a stream is seen; 0 before anything. */
  reached(stream: string): number {
    const last = this.streams.get(stream)?.at(-1);
    return last === undefined ? 0 : last.kind === "run" ? last.to : last.lastEventId;
  }

  #of(stream: string): Sighting[] {
    let sightings = this.streams.get(stream);
    if (sightings === undefined) this.streams.set(stream, (sightings = []));
    return sightings;
  }
}

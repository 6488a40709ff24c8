// Judges a soak by what went in, according to the server's answers, and what the handlers saw. It shares no
// code with the client and believes nothing that the client says about itself.

import { folded, NOTHING_FOLDED } from "./key.js";
import type { Sighting } from "./journal.js";

/** An event that the server says it took, from POST /v1/events or from a MESSAGE_ACK. */
export interface Published {
  readonly stream: string;
  readonly epoch: string;
  readonly eventId: number;
  readonly key: number;
}

/** What one client reports. */
export interface Witness {
  readonly name: string;
  /** The streams that its token gives it. */
  readonly streams: readonly string[];
  readonly sightings: Readonly<Record<string, readonly Sighting[]>>;
  readonly sends: readonly Sent[];
}

export interface Sent {
  readonly key: number;
  /** `failed` is a refusal for good; `unsettled` had no result when the run ended. */
  readonly status: "accepted" | "failed" | "unknown_outcome" | "unsettled";
  readonly stream?: string;
  readonly epoch?: string;
  readonly eventId?: number;
}

export interface Judgement {
  readonly faults: readonly string[];
  readonly events: number;
  readonly deliveries: number;
  readonly accepted: number;
  readonly failed: number;
  readonly unknown: number;
  readonly refreshes: Readonly<Record<string, number>>;
}

/** Epoch and keys of a stream; the key of event n stands at n - 1. */
interface Stream {
  readonly epoch: string;
  readonly keys: number[];
}

const MOST_FAULTS = 20;

export function judgeSoak(published: readonly Published[], all: readonly Witness[]): Judgement {
  const faults: string[] = [];
  const sends = all.flatMap((each) => each.sends.map((sent) => ({ ...sent, by: each.name })));
  const accepted = sends.flatMap(({ status, stream, epoch, eventId, key }) =>
    status === "accepted" && stream !== undefined && epoch !== undefined && eventId !== undefined
      ? [{ stream, epoch, eventId, key }]
      : [],
  );
  for (const { by, key, status } of sends) {
    if (status === "unsettled") faults.push(`message ${key} of ${by} never had a result`);
  }
  const count = (status: Sent["status"]): number =>
    sends.filter((each) => each.status === status).length;
  if (accepted.length !== count("accepted")) faults.push("an accepted message names no event");
  const streams = streamsOf([...published, ...accepted], faults);
  const refreshes: Record<string, number> = {};
  let deliveries = 0;
  for (const witness of all) {
    for (const name of witness.streams) {
      const sightings = witness.sightings[name] ?? [];
      for (const each of sightings) {
        if (each.kind === "run") deliveries += each.to - each.from + 1;
        else refreshes[each.reason] = (refreshes[each.reason] ?? 0) + 1;
      }
      const fault = followed(streams.get(name), sightings);
      if (fault !== undefined) faults.push(`${witness.name}: ${fault} of ${name}`);
    }
    const foreign = Object.keys(witness.sightings).filter(
      (name) => !witness.streams.includes(name),
    );
    for (const name of foreign) faults.push(`${witness.name} saw the foreign stream ${name}`);
  }
  return {
    faults: shortened(faults),
    events: [...streams.values()].reduce((sum, { keys }) => sum + keys.length, 0),
    deliveries,
    accepted: count("accepted"),
    failed: count("failed"),
    unknown: count("unknown_outcome"),
    refreshes,
  };
}

/** Every id from 1 to the head must be somebody's, and only once. */
function streamsOf(events: readonly Published[], faults: string[]): Map<string, Stream> {
  const streams = new Map<string, Stream>();
  const keys = new Set<number>();
  for (const { stream, epoch, eventId, key } of events) {
    let found = streams.get(stream);
    if (found === undefined) streams.set(stream, (found = { epoch, keys: [] }));
    if (found.epoch !== epoch) faults.push(`${stream} changed its epoch though the server ran on`);
    if (found.keys[eventId - 1] !== undefined) faults.push(`event ${eventId} of ${stream} is two`);
    if (keys.has(key)) faults.push(`key ${key} became two events`);
    keys.add(key);
    found.keys[eventId - 1] = key;
  }
  for (const [name, { keys: ofStream }] of streams) {
    const hole = ofStream.findIndex((key) => (key as number | undefined) === undefined);
    if (hole >= 0) faults.push(`nobody published event ${hole + 1} of ${name}`);
  }
  return streams;
}

/** What is wrong with what one client saw of one stream; undefined where it saw all of it, once, in order. */
function followed(stream: Stream | undefined, sightings: readonly Sighting[]): string | undefined {
  const { epoch, keys } = stream ?? { epoch: "", keys: [] };
  let last = 0;
  for (const sighting of sightings) {
    if (sighting.epoch !== epoch) return `something of the unknown epoch ${sighting.epoch}`;
    if (sighting.kind === "reloaded") {
      last = Math.max(last, sighting.lastEventId);
      continue;
    }
    const { from, to, fold } = sighting;
    if (from <= last) return `doubled or out of order: event ${from} came after ${last}`;
    if (from > last + 1) return `lost: event ${from} came after ${last}`;
    const expected = keys.slice(from - 1, to).reduce(folded, NOTHING_FOLDED);
    if (to > keys.length) return `event ${to}, beyond the head ${keys.length}`;
    if (fold !== expected) return `events ${from} to ${to} are not what was published`;
    last = to;
  }
  return last < keys.length ? `lost: it ends at ${last} before the head ${keys.length}` : undefined;
}

function shortened(faults: readonly string[]): readonly string[] {
  if (faults.length <= MOST_FAULTS) return faults;
  return [...faults.slice(0, MOST_FAULTS), `and ${faults.length - MOST_FAULTS} more`];
}

import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import { kept, type Broken, type Monitor } from "./monitor.js";
import { received } from "./received.js";

interface Place {
  readonly epoch: string;
  readonly lastId: number;
}

function positions(entry: Entry): readonly unknown[] {
  const list = member(entry.value, "streams");
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** The last id of a stream that this frame brings to the session, where it brings one. */
function brought(entry: Entry): number | undefined {
  if (received(entry, "EVENT")) return numberOr(member(entry.value, "eventId"), 0);
  if (received(entry, "FULL_REFRESH")) return numberOr(member(entry.value, "lastEventId"), 0);
  if (!received(entry, "SYNC")) return undefined;
  const events = member(entry.value, "events");
  const last: unknown = Array.isArray(events) ? events.at(-1) : undefined;
  return numberOr(member(last ?? entry.value, last === undefined ? "fromEventId" : "eventId"), 0);
}

/** Positions of this frame that hold for the whole session, by CONNECT or a new token. */
function announces(entry: Entry): boolean {
  return received(entry, "CONNECT") || received(entry, "TOKEN_REFRESHED");
}

/** A head once named in HEARTBEAT_ACK stands in each until the session has been written up to it. */
export function headsRepeated(): Monitor {
  const writtenOn = new Map<string, Map<string, Place>>();
  const owedOn = new Map<string, Map<string, Place>>();
  const paused = new Set<string>();

  const place = (position: unknown): Place => ({
    epoch: stringOr(member(position, "epoch"), ""),
    lastId: numberOr(member(position, "lastEventId"), 0),
  });

  const write = (entry: Entry, written: Map<string, Place>): void => {
    const lastId = brought(entry);
    if (lastId === undefined) return;
    const stream = stringOr(member(entry.value, "stream"), "");
    const epoch = stringOr(member(entry.value, "epoch"), "");
    const before = written.get(stream);
    const isBehind = before?.epoch === epoch && before.lastId >= lastId;
    if (!isBehind) written.set(stream, { epoch, lastId });
  };

  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    const owed = kept(owedOn, on, () => new Map<string, Place>());
    const written = kept(writtenOn, on, () => new Map<string, Place>());
    // A session whose socket is full may be paused, and its streams are left out.
    if (entry.kind === "note" && entry.name === "stall") paused.add(on);
    if (announces(entry)) {
      owed.clear();
      for (const each of positions(entry)) {
        written.set(stringOr(member(each, "stream"), ""), place(each));
      }
    }
    write(entry, written);
    if (!received(entry, "HEARTBEAT_ACK") || paused.has(on)) return undefined;
    const named = new Map(
      positions(entry).map((each) => [stringOr(member(each, "stream"), ""), place(each)]),
    );
    const reaches = (there: Place | undefined, { epoch, lastId }: Place): boolean =>
      there !== undefined && (there.epoch !== epoch || there.lastId >= lastId);
    for (const [stream, head] of owed) {
      if (reaches(written.get(stream), head) || reaches(named.get(stream), head)) continue;
      return {
        requirements: ["POS-13"],
        problem: "a head that an earlier HEARTBEAT_ACK named was neither reached nor repeated",
        expected: { stream, epoch: head.epoch, lastEventId: head.lastId },
        actual: positions(entry),
      };
    }
    for (const [stream, head] of named) owed.set(stream, head);
    return undefined;
  };
  return { name: "heads_repeated", look };
}

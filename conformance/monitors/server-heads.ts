import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import { kept, type Broken, type Monitor } from "./monitor.js";
import { received } from "./received.js";

interface Owed {
  readonly epoch: string;
  readonly headId: number;
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

/** A head once named in HEARTBEAT_ACK stands in each until the session has been written up to it. */
export function headsRepeated(): Monitor {
  const owedOn = new Map<string, Map<string, Owed>>();
  const paused = new Set<string>();
  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    const owed = kept(owedOn, on, () => new Map<string, Owed>());
    // A session whose socket is full may be paused, and its streams are left out.
    if (entry.kind === "note" && entry.name === "stall") paused.add(on);
    const lastId = brought(entry);
    const stream = stringOr(member(entry.value, "stream"), "");
    if (lastId !== undefined) {
      const before = owed.get(stream);
      const isOwed =
        before !== undefined &&
        before.epoch === member(entry.value, "epoch") &&
        lastId < before.headId;
      if (!isOwed) owed.delete(stream);
    }
    if (received(entry, "TOKEN_REFRESHED")) owed.clear();
    if (!received(entry, "HEARTBEAT_ACK") || paused.has(on)) return undefined;
    const named = new Map(
      positions(entry).map((each) => [stringOr(member(each, "stream"), ""), each]),
    );
    for (const [each, { epoch, headId }] of owed) {
      const now = named.get(each);
      const isNamed =
        now !== undefined &&
        (member(now, "epoch") !== epoch || numberOr(member(now, "lastEventId"), 0) >= headId);
      if (isNamed) continue;
      return {
        requirements: ["POS-13"],
        problem: "a head that an earlier HEARTBEAT_ACK named was neither reached nor repeated",
        expected: { stream: each, epoch, lastEventId: headId },
        actual: positions(entry),
      };
    }
    for (const [each, position] of named) {
      owed.set(each, {
        epoch: stringOr(member(position, "epoch"), ""),
        headId: numberOr(member(position, "lastEventId"), 0),
      });
    }
    return undefined;
  };
  return { name: "heads_repeated", look };
}

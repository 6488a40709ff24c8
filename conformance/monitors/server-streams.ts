// Standing rules for what a server writes of its streams.

import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";
import { received } from "./received.js";

interface Written {
  epoch: string;
  last: number;
}

/** Live EVENTs follow the announced head without a hole and without a repetition. */
export function denseEvents(): Monitor {
  const streams = new Map<string, Written>();
  const at = (entry: Entry, stream: unknown): string => `${entry.on ?? ""} ${stringOr(stream, "")}`;

  const heads = (entry: Entry): void => {
    const list = member(entry.value, "streams");
    // The new set replaces the old one as a whole.
    for (const key of streams.keys()) if (key.startsWith(at(entry, ""))) streams.delete(key);
    for (const head of Array.isArray(list) ? (list as unknown[]) : []) {
      streams.set(at(entry, member(head, "stream")), {
        epoch: stringOr(member(head, "epoch"), ""),
        last: numberOr(member(head, "lastEventId"), 0),
      });
    }
  };

  const live = (entry: Entry): Broken | undefined => {
    const epoch = stringOr(member(entry.value, "epoch"), "");
    const eventId = numberOr(member(entry.value, "eventId"), 0);
    const written = streams.get(at(entry, member(entry.value, "stream")));
    if (!written) {
      return {
        requirements: ["STREAM-18", "ROUTE-3", "ROUTE-2"],
        problem: "an EVENT of a stream that is not in the session's set",
        actual: entry.value,
      };
    }
    const { epoch: oldEpoch, last } = written;
    written.epoch = epoch;
    written.last = eventId;
    if (epoch !== oldEpoch || eventId === last + 1) return undefined;
    return {
      requirements: eventId > last ? ["CONN-27", "STREAM-1"] : ["STREAM-4"],
      problem: eventId > last ? "live delivery left a hole" : "live delivery went back",
      expected: `eventId ${last + 1}`,
      actual: entry.value,
    };
  };

  const page = (entry: Entry): Broken | undefined => {
    const list = member(entry.value, "events");
    const epoch = member(entry.value, "epoch");
    let expected = numberOr(member(entry.value, "fromEventId"), 0);
    for (const event of Array.isArray(list) ? (list as unknown[]) : []) {
      expected += 1;
      if (member(event, "eventId") === expected && member(event, "epoch") === epoch) continue;
      return {
        requirements: ["SYNC-25"],
        problem: "a page of SYNC is not dense from fromEventId + 1 in its epoch",
        expected: `eventId ${expected}`,
        actual: event,
      };
    }
    if (
      member(entry.value, "complete") === true &&
      member(entry.value, "headEventId") !== expected
    ) {
      return {
        requirements: ["SYNC-29"],
        problem: "headEventId of a complete SYNC is not the position after the page",
        expected,
        actual: member(entry.value, "headEventId"),
      };
    }
    const written = streams.get(at(entry, member(entry.value, "stream")));
    if (!written) {
      return {
        requirements: ["STREAM-18"],
        problem: "a SYNC of a stream that is not in the session's set",
        actual: entry.value,
      };
    }
    if (written.epoch === epoch) written.last = Math.max(written.last, expected);
    return undefined;
  };

  const look = (entry: Entry): Broken | undefined => {
    if (received(entry, "CONNECT") || received(entry, "TOKEN_REFRESHED")) heads(entry);
    const refreshed = received(entry, "FULL_REFRESH")
      ? streams.get(at(entry, member(entry.value, "stream")))
      : undefined;
    if (refreshed) {
      refreshed.epoch = stringOr(member(entry.value, "epoch"), "");
      refreshed.last = numberOr(member(entry.value, "lastEventId"), 0);
    }
    if (received(entry, "EVENT")) return live(entry);
    return received(entry, "SYNC") ? page(entry) : undefined;
  };
  return { name: "dense_events", look };
}

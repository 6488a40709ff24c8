import { counted } from "../counted.js";
import { member, numberOr } from "../json.js";
import type { Broken, Monitor } from "./monitor.js";
import { received } from "./received.js";

interface Bounds {
  readonly events: number;
  readonly bytes: number;
}

function bytesOf(events: readonly unknown[]): number {
  return events.reduce<number>((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)), 0);
}

/** A page of SYNC keeps the bounds that CONNECT announced on its connection. */
export function pagesBounded(): Monitor {
  const announced = new Map<string, Bounds>();
  const look: Monitor["look"] = (entry): Broken | undefined => {
    const on = entry.on ?? "";
    if (received(entry, "CONNECT") && !announced.has(on)) {
      const sync = member(entry.value, "sync");
      announced.set(on, {
        events: numberOr(member(sync, "maxPageEvents"), Infinity),
        bytes: numberOr(member(sync, "maxPageBytes"), Infinity),
      });
    }
    if (!received(entry, "SYNC")) return undefined;
    const list = member(entry.value, "events");
    const events = Array.isArray(list) ? (list as unknown[]) : [];
    const bounds = announced.get(on) ?? { events: Infinity, bytes: Infinity };
    if (events.length > bounds.events) {
      return {
        requirements: ["SYNC-26"],
        problem: "a page of SYNC holds more events than CONNECT announced",
        expected: `at most ${counted(bounds.events, "event")}`,
        actual: events.length,
      };
    }
    const bytes = bytesOf(events);
    return events.length > 1 && bytes > bounds.bytes
      ? {
          requirements: ["SYNC-27"],
          problem: "the events of a SYNC hold more bytes than CONNECT announced",
          expected: `at most ${bounds.bytes} bytes`,
          actual: bytes,
        }
      : undefined;
  };
  return { name: "pages_bounded", look };
}

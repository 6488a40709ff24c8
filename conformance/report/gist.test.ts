import { describe, expect, it } from "vitest";

import type { Entry } from "../transcript.js";
import { gistOf, valueText } from "./gist.js";

const ORDERS = '{"module":"orders","scope":{"place":"demo"}}';

function gist(over: Partial<Entry>): string {
  const entry: Entry = { index: 0, atMs: 0, lane: "wire", from: "testee", kind: "frame", ...over };
  const { title, detail } = gistOf(entry);
  return `${title} | ${detail}`;
}

describe("the gist of an entry", () => {
  it.each<[Partial<Entry>, string]>([
    [
      { name: "EVENT", value: { stream: ORDERS, epoch: "e1", eventId: 3 } },
      "EVENT | eventId 3 · orders · epoch e1",
    ],
    [{ name: "SYNC", value: { events: [{ eventId: 2 }, { eventId: 4 }] } }, "SYNC | events 2 to 4"],
    [{ name: "SYNC", value: { events: [], complete: true } }, "SYNC | no events · complete true"],
    [
      { name: "CONNECT", value: { streams: [{ stream: ORDERS, lastEventId: 0 }] } },
      "CONNECT | lastEventId 0 · orders",
    ],
    [{ name: "CONNECT", value: { streams: [1, 2, 3] } }, "CONNECT | 3 streams"],
    [{ name: "ACK", value: { stream: '{"scope":{"user":"u1"}}' } }, "ACK | user u1"],
    [
      { name: "MESSAGE", value: { messageId: "2606593c-f459-4181-b1fa-9b2506c11111" } },
      "MESSAGE | messageId 2606593c…",
    ],
    [{ kind: "report", name: "state", value: { state: "connected" } }, "state | connected"],
    [{ kind: "dial", value: { path: "/" } }, "connects | /"],
    [{ kind: "closed", value: { code: 1000, reason: "" } }, "connection ended | code 1000"],
    [{ kind: "note", value: "close 1000" }, "close 1000 | "],
    [{ kind: "note", value: { POST: "/v1/events", body: {} } }, "POST /v1/events | "],
    [{ kind: "reply", value: { status: 201 } }, "HTTP answer | status 201"],
    [{ name: "EVENT", value: { eventId: { deep: 1 }, epoch: null } }, "EVENT | "],
    [{ name: "?", value: undefined }, "? | "],
  ])("of %j is %s", (entry, says) => {
    expect(gist(entry)).toBe(says);
  });

  it("is short, however long the entry", () => {
    expect(gist({ name: "N".repeat(999), value: { reason: "r".repeat(999) } }).length).toBeLessThan(
      80,
    );
  });
});

describe("a value", () => {
  it.each<[unknown, string]>([
    [13, "13"],
    ["13", '"13"'],
    ["true", '"true"'],
    [true, "true"],
    [undefined, "nothing"],
    ["", '""'],
    ["e1", "e1"],
    ['a report "delivered"', 'a report "delivered"'],
    [ORDERS, ORDERS],
    ['{"a":1', JSON.stringify('{"a":1')],
    ["ends with a space ", '"ends with a space "'],
    [{ a: "b" }, '{"a":"b"}'],
  ])("%j is told as %s", (value, says) => {
    expect(valueText(value, 100)).toBe(says);
  });
});

import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import type { NewEntry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";
import { presenceChain } from "./presence-chain.js";
import { quietErrors } from "./quiet-errors.js";
import { framesValid } from "./server-frames.js";
import { headsRepeated } from "./server-heads.js";
import { finalAnswers } from "./server-messages.js";
import { pagesBounded } from "./server-pages.js";
import { denseEvents } from "./server-streams.js";

type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

function seen(monitor: Monitor, from: "testee" | "runner", frame: Frame): Broken | undefined {
  const entry: NewEntry = {
    lane: "wire",
    from,
    kind: "frame",
    on: "a",
    name: frame.type,
    value: frame,
  };
  return monitor.look({ ...entry, index: 0, atMs: 0 });
}

/** What the frames of a server break, in order, at the first that breaks something. */
function broken(monitor: Monitor, frames: readonly Frame[]): readonly string[] | undefined {
  for (const frame of frames) {
    const found = seen(monitor, "testee", frame);
    if (found) return found.requirements;
  }
  return undefined;
}

const state = (version: number, epoch = "e"): Frame => ({
  type: "PRESENCE_STATE",
  group: "g",
  epoch,
  version,
});

const diff = (baseVersion: number, version: number, epoch = "e"): Frame => ({
  type: "PRESENCE_DIFF",
  group: "g",
  epoch,
  baseVersion,
  version,
});

describe("presence_chain", () => {
  it.each<[string, readonly Frame[]]>([
    ["diffs one after the other", [state(3), diff(3, 4), diff(4, 9)]],
    ["a state that overtakes a diff on its way", [state(3), diff(3, 4), state(7), diff(4, 8)]],
    ["a diff that begins at a newer state", [state(3), state(7), diff(7, 8)]],
    ["a new epoch", [state(3), state(1, "f"), diff(1, 2, "f")]],
  ])("PRES-4 accepts %s", (_what, frames) => {
    expect(broken(presenceChain(), frames)).toBeUndefined();
  });

  it.each<[string, readonly Frame[]]>([
    ["a hole", [state(3), diff(4, 5)]],
    ["a diff twice", [state(3), diff(3, 4), diff(3, 4)]],
    ["a diff that leads nowhere", [state(3), diff(3, 3)]],
    ["a diff behind the last one", [state(3), diff(3, 5), state(7), diff(4, 8)]],
  ])("PRES-4 refuses %s", (_what, frames) => {
    expect(broken(presenceChain(), frames)).toEqual(["PRES-4"]);
  });
});

describe("quiet_errors", () => {
  const error = (message: string): Frame => ({ type: "ERROR", code: "internal", message });

  it("ERR-7 refuses a stack trace", () => {
    const stack = "Error: no\n    at read (server.js:1:2)";
    expect(broken(quietErrors(), [error(stack)])).toEqual(["ERR-7"]);
  });

  it.each(["ERROR", "DISCONNECT"])("ERR-7 refuses what the client sent, in a %s", (type) => {
    const monitor = quietErrors();
    seen(monitor, "runner", { type: "MESSAGE", payload: { deep: ["hunter2-swordfish"] } });
    const told = "cannot store hunter2-swordfish";
    expect(broken(monitor, [{ type, message: told, reason: told }])).toEqual(["ERR-7"]);
  });

  it("ERR-7 accepts words of its own, and short texts that stand in them by chance", () => {
    const monitor = quietErrors();
    seen(monitor, "runner", { type: "MESSAGE", payload: { kind: "scope" } });
    expect(broken(monitor, [error("the scope is not one of the session's")])).toBeUndefined();
  });
});

describe("frames_valid", () => {
  const contract = loadContract();
  const at = "2026-03-01T12:00:00.000Z";

  it.each<[string, Frame]>([
    ["no timestamp", { type: "HEARTBEAT_ACK" }],
    ["seconds since 1970", { type: "HEARTBEAT_ACK", timestamp: "1772366400" }],
    ["a month that does not exist", { type: "HEARTBEAT_ACK", timestamp: "2026-13-01T12:00:00Z" }],
    ["an unknown type without a timestamp", { type: "WEATHER" }],
  ])("FRAME-2 refuses %s", (_what, frame) => {
    expect(broken(framesValid(contract), [frame])).toEqual(["FRAME-2"]);
  });

  it.each<[string, Frame]>([
    ["an offset instead of Z", { type: "HEARTBEAT_ACK", timestamp: "2026-03-01T13:00:00+01:00" }],
    ["a type of a newer server", { type: "WEATHER", timestamp: at }],
    ["the legacy pong without one", { type: "pong" }],
  ])("FRAME-2 accepts %s", (_what, frame) => {
    expect(broken(framesValid(contract), [frame])).toBeUndefined();
  });

  it("FRAME-24 counts bytes, not characters", () => {
    const frame = { type: "WEATHER", timestamp: at, text: "é".repeat(600_000) };
    expect(broken(framesValid(contract), [frame])).toEqual(["FRAME-24"]);
  });
});

const heads = (type: string, ...ids: readonly [string, number][]): Frame => ({
  type,
  streams: ids.map(([stream, lastEventId]) => ({ stream, epoch: "e", lastEventId })),
});

const page = (stream: string, from: number, to: number): Frame => ({
  type: "SYNC",
  stream,
  epoch: "e",
  fromEventId: from,
  events: Array.from({ length: to - from }, (_each, index) => ({
    stream,
    epoch: "e",
    eventId: from + index + 1,
  })),
  headEventId: to,
  complete: true,
});

const event = (stream: string, eventId: number): Frame => ({
  type: "EVENT",
  stream,
  epoch: "e",
  eventId,
});

describe("dense_events", () => {
  it("STREAM-18 refuses an event of a stream that a new token has taken away", () => {
    const monitor = denseEvents();
    const frames = [heads("CONNECT", ["s", 0], ["t", 0]), event("s", 1), event("t", 1)];
    expect(broken(monitor, frames)).toBeUndefined();
    expect(broken(monitor, [heads("TOKEN_REFRESHED", ["t", 1]), event("t", 2)])).toBeUndefined();
    expect(broken(monitor, [event("s", 2)])).toContain("STREAM-18");
  });

  it("STREAM-18 refuses a page of a stream that the session does not have", () => {
    const frames = [heads("CONNECT", ["t", 0]), page("s", 0, 2)];
    expect(broken(denseEvents(), frames)).toEqual(["STREAM-18"]);
  });
});

describe("pages_bounded", () => {
  const connect = (maxPageEvents: number, maxPageBytes: number): Frame => ({
    type: "CONNECT",
    sync: { maxPageEvents, maxPageBytes },
  });

  it("SYNC-26 and SYNC-27 refuse a page beyond what CONNECT announced", () => {
    expect(broken(pagesBounded(), [connect(3, 9_999), page("s", 0, 3)])).toBeUndefined();
    expect(broken(pagesBounded(), [connect(3, 9_999), page("s", 0, 4)])).toEqual(["SYNC-26"]);
    expect(broken(pagesBounded(), [connect(9, 50), page("s", 0, 2)])).toEqual(["SYNC-27"]);
  });

  it("SYNC-27 accepts one event of any size", () => {
    expect(broken(pagesBounded(), [connect(9, 10), page("s", 0, 1)])).toBeUndefined();
  });
});

describe("heads_repeated", () => {
  const ack = (...ids: readonly [string, number][]): Frame => heads("HEARTBEAT_ACK", ...ids);

  it.each<[string, readonly Frame[]]>([
    ["a head that was written before it was named", [event("s", 3), ack(["s", 3]), ack()]],
    ["a head that CONNECT announced", [heads("CONNECT", ["s", 3]), ack(["s", 3]), ack()]],
    ["a head that is repeated", [ack(["s", 3]), ack(["s", 3]), ack(["s", 4])]],
    ["a head that a page reached", [ack(["s", 3]), page("s", 0, 3), ack()]],
    ["a head that an event reached", [ack(["s", 3]), event("s", 3), ack()]],
  ])("POS-13 accepts %s", (_what, frames) => {
    expect(broken(headsRepeated(), frames)).toBeUndefined();
  });

  it.each<[string, readonly Frame[]]>([
    ["a head that is said once", [ack(["s", 3]), ack()]],
    ["a head after a page that does not reach it", [ack(["s", 3]), page("s", 0, 2), ack()]],
  ])("POS-13 refuses %s", (_what, frames) => {
    expect(broken(headsRepeated(), frames)).toEqual(["POS-13"]);
  });
});

describe("final_answers", () => {
  const answer = (code: string, retryable: boolean): Frame => ({
    type: "ERROR",
    code,
    retryable,
    messageId: "m",
  });

  it("MSG-15 refuses to ask for another try, but for window_exceeded", () => {
    expect(broken(finalAnswers(), [answer("rate_limited", true)])).toEqual(["MSG-15"]);
    expect(broken(finalAnswers(), [answer("window_exceeded", true)])).toBeUndefined();
  });

  it("MSG-19 takes ERROR internal as the last word", () => {
    const ack = { type: "MESSAGE_ACK", messageId: "m" };
    expect(broken(finalAnswers(), [answer("internal", true)])).toContain("MSG-19");
    expect(broken(finalAnswers(), [answer("internal", false), ack])).toEqual(["MSG-19"]);
    const again = finalAnswers();
    expect(broken(again, [answer("internal", false)])).toBeUndefined();
    seen(again, "runner", { type: "MESSAGE", messageId: "m" });
    expect(broken(again, [ack])).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";

import { Transcript } from "../transcript.js";
import { answerUpToDate } from "./up-to-date.js";

type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

const HEAD = { stream: "orders", epoch: "e1", lastEventId: 4 };
const CONNECT = { type: "CONNECT", streams: [HEAD, { ...HEAD, stream: "chat" }] };
const ASKS = { type: "REQUEST_SYNC", streams: [HEAD] };

/** What is answered, and whether a step still sees the last request. */
function after(frames: readonly Frame[], stalled = false): { answers: unknown[]; seen: boolean } {
  const transcript = new Transcript();
  const answers: unknown[] = [];
  const peer = {
    name: "c1",
    usable: true,
    stalled,
    sendFrame: (frame: object) => {
      answers.push(frame);
    },
  };
  answerUpToDate(transcript, peer);
  for (const frame of frames) {
    const from = frame.type === "REQUEST_SYNC" ? "testee" : "runner";
    transcript.add({ lane: "wire", from, kind: "frame", on: "c1", name: frame.type, value: frame });
  }
  const seen = transcript.untaken((entry) => entry.name === "REQUEST_SYNC").length > 0;
  return { answers, seen };
}

describe("a request that asks for nothing", () => {
  it("SYNC-19: is answered with an empty, complete page, and no step sees it", () => {
    const { answers, seen } = after([CONNECT, ASKS]);
    expect(answers).toEqual([
      expect.objectContaining({
        type: "SYNC",
        stream: "orders",
        epoch: "e1",
        fromEventId: 4,
        headEventId: 4,
        events: [],
        complete: true,
      }),
    ]);
    expect(seen).toBe(false);
  });

  it("is answered for every stream that it names", () => {
    const all = { type: "REQUEST_SYNC", streams: CONNECT.streams };
    expect(after([CONNECT, all]).answers).toHaveLength(2);
  });

  it.each<[string, readonly Frame[]]>([
    ["from another id", [CONNECT, { ...ASKS, streams: [{ ...HEAD, lastEventId: 3 }] }]],
    ["of another epoch", [CONNECT, { ...ASKS, streams: [{ ...HEAD, epoch: "e2" }] }]],
    ["after an event of the stream", [CONNECT, { type: "EVENT", stream: "orders" }, ASKS]],
    ["after a newer head", [CONNECT, { type: "HEARTBEAT_ACK", streams: [HEAD] }, ASKS]],
    ["before CONNECT", [ASKS]],
    ["that needs something too", [CONNECT, { ...ASKS, streams: [HEAD, { stream: "new" }] }]],
  ])("is left to the case when it is one %s", (_what, frames) => {
    expect(after(frames)).toEqual({ answers: [], seen: true });
  });

  it("is left alone by a server that has stalled", () => {
    expect(after([CONNECT, ASKS], true).answers).toEqual([]);
  });
});

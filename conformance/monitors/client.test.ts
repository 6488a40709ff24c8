import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import type { EntryKind, NewEntry } from "../transcript.js";
import { CLIENT_MONITORS } from "./client.js";
import { frameLimits } from "./frame-limits.js";
import type { Broken, Monitor } from "./monitor.js";

const contract = loadContract();

function look(
  monitor: Monitor,
  from: "testee" | "runner",
  kind: EntryKind,
  value: unknown,
  name = String((value as { readonly type?: unknown } | null)?.type),
): Broken | undefined {
  const entry: NewEntry = { lane: "wire", from, kind, on: "c1", name, value };
  return monitor.look({ ...entry, index: 0, atMs: 0 });
}

function framesValid(): Monitor {
  const found = CLIENT_MONITORS.map((make) => make(contract)).find(
    (each) => each.name === "frames_valid",
  );
  if (!found) throw new Error("no monitor is called frames_valid");
  return found;
}

describe("frames_valid", () => {
  it.each<[string, EntryKind, unknown, readonly string[]]>([
    ["a lower-case type", "frame", { type: "heartbeat" }, ["FRAME-1"]],
    ["a frame without a type", "frame", { kind: "HEARTBEAT" }, ["FRAME-1"]],
    ["a type of a later version", "frame", { type: "TYPING" }, ["CONN-25"]],
    ["a binary message", "binary", "00ff", ["CONN-1"]],
    ["a text that is no frame", "text", "[1]", ["CONN-1"]],
    ["an ACK without an epoch", "frame", { type: "ACK", streams: [{ stream: "s" }] }, ["ACK-4"]],
    ["a request that names no stream", "frame", { type: "REQUEST_SYNC" }, ["SYNC-4"]],
    [
      "a short messageId",
      "frame",
      { type: "MESSAGE", messageId: "7", event: "e", payload: 1 },
      ["FRAME-13"],
    ],
  ])("blames %s on its own requirement", (_what, kind, value, requirements) => {
    expect(look(framesValid(), "testee", kind, value)?.requirements).toEqual(requirements);
  });

  it.each<[string, EntryKind, unknown]>([
    ["the text ping", "text", "ping"],
    ["the legacy ping object", "frame", { type: "ping" }],
    ["a heartbeat with members of its own", "frame", { type: "HEARTBEAT", mood: "cheerful" }],
  ])("FRAME-1 accepts %s", (_what, kind, value) => {
    expect(look(framesValid(), "testee", kind, value)).toBeUndefined();
  });
});

describe("frame_limits", () => {
  const connect = (maxFrameBytes: number): object => ({
    type: "CONNECT",
    limits: { maxFrameBytes },
  });

  it.each<[string, object, readonly string[]]>([
    ["ACK", { type: "ACK", text: "ñ".repeat(50) }, ["ACK-10"]],
    ["REQUEST_SYNC", { type: "REQUEST_SYNC", text: "ñ".repeat(50) }, ["ACK-10"]],
    ["MESSAGE", { type: "MESSAGE", text: "ñ".repeat(50) }, ["FRAME-22"]],
  ])("counts the bytes of a frame %s", (_type, frame, requirements) => {
    const monitor = frameLimits();
    look(monitor, "runner", "frame", connect(100));
    expect(look(monitor, "testee", "frame", frame)?.requirements).toEqual(requirements);
  });

  it("CONN-19: goes by the first CONNECT of a connection", () => {
    const monitor = frameLimits();
    look(monitor, "runner", "frame", connect(1000));
    look(monitor, "runner", "frame", connect(10));
    expect(look(monitor, "testee", "frame", { type: "ACK", streams: [] })).toBeUndefined();
  });
});

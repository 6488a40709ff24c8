import { describe, expect, it } from "vitest";

import type { NewEntry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";
import { presenceChain } from "./presence-chain.js";
import { quietErrors } from "./quiet-errors.js";

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

// No frame of a client is larger than its connection's CONNECT allows.

import { member, numberOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";

/** Who answers for the size of a frame; other frames are small by nature. */
const REQUIREMENT_OF_FRAME: Readonly<Record<string, string>> = {
  ACK: "ACK-10",
  REQUEST_SYNC: "ACK-10",
  MESSAGE: "FRAME-22",
};

export function frameLimits(): Monitor {
  const limits = new Map<string, number>();
  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    if (entry.from === "runner" && entry.name === "CONNECT" && !limits.has(on)) {
      const announced = member(member(entry.value, "limits"), "maxFrameBytes");
      limits.set(on, numberOr(announced, Infinity));
    }
    if (entry.from !== "testee" || entry.kind !== "frame") return undefined;
    const requirement = REQUIREMENT_OF_FRAME[entry.name ?? ""];
    const limit = limits.get(on) ?? Infinity;
    const bytes = Buffer.byteLength(JSON.stringify(entry.value));
    return requirement === undefined || bytes <= limit
      ? undefined
      : {
          requirements: [requirement],
          problem: `a ${entry.name ?? "frame"} is larger than limits.maxFrameBytes`,
          expected: `at most ${limit} bytes`,
          actual: `${bytes} bytes`,
        };
  };
  return { name: "frame_limits", look };
}

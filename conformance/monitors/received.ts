import type { Entry } from "../transcript.js";

/** A frame of the testee, of this type where one is named. */
export function received(entry: Entry, name?: string): boolean {
  return (
    entry.from === "testee" && entry.kind === "frame" && (name === undefined || entry.name === name)
  );
}

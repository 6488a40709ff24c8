import type { StreamPosition } from "../messages.js";
import { utf8Length } from "./utf8.js";

/** More entries than any session has streams are never put into one frame. */
const MAX_ENTRIES = 256;

/**
 * ACK-10: positions in as few groups as keep every frame within `maxFrameBytes`. A single position
 * always makes a group, since nothing smaller can be sent.
 * @param envelopeBytes size of the frame around an empty list.
 */
export function splitPositions(
  positions: readonly StreamPosition[],
  envelopeBytes: number,
  maxFrameBytes: number,
): readonly (readonly StreamPosition[])[] {
  const groups: StreamPosition[][] = [];
  let group: StreamPosition[] = [];
  let bytes = envelopeBytes;
  for (const position of positions) {
    const size = utf8Length(JSON.stringify(position)) + 1;
    if (group.length > 0 && (bytes + size > maxFrameBytes || group.length === MAX_ENTRIES)) {
      groups.push(group);
      group = [];
      bytes = envelopeBytes;
    }
    group.push(position);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

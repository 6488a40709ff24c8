import { expect } from "vitest";
import type { Peer } from "./local-server.js";

/** Sends a PRESENCE_UPDATE. */
export function update(
  peer: Peer,
  status: string,
  metadata?: Readonly<Record<string, unknown>>,
): void {
  peer.send({
    type: "PRESENCE_UPDATE",
    payload: metadata === undefined ? { status } : { status, metadata },
  });
}

/** What a peer knows, by the client's rule; throws where the versions do not join. */
export function known(peer: Peer): Record<string, string> {
  let epoch = "";
  let version = -1;
  let members = new Map<string, string>();
  for (const frame of peer.frames) {
    if (frame.type === "PRESENCE_STATE") {
      ({ epoch, version } = frame);
      members = new Map(frame.members.map(({ userId, status }) => [userId, status]));
    } else if (frame.type === "PRESENCE_DIFF") {
      // PRES-4: each diff begins where the one before ended
      expect({ epoch: frame.epoch, version: frame.baseVersion }).toEqual({ epoch, version });
      expect(frame.version).toBeGreaterThan(version);
      ({ version } = frame);
      for (const { userId, status } of frame.updates) members.set(userId, status);
      for (const userId of frame.leaves) members.delete(userId);
      expect(members.size).toBe(frame.memberCount);
    }
  }
  return Object.fromEntries(members);
}

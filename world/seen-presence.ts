import type { SessionEffect } from "./sessions.js";

/** Who is where, as an application sees it, by group. */
export type SeenPresence = Map<string, { userId: string; status: string }[]>;

/** Takes over what the session tells of a group. */
export function showPresence(
  seen: SeenPresence,
  presence: Extract<SessionEffect, { type: "presence" }>["presence"],
): void {
  if (presence.kind === "gone") {
    seen.delete(presence.group);
    return;
  }
  const updates = presence.kind === "state" ? presence.members : presence.updates;
  const before = presence.kind === "state" ? [] : (seen.get(presence.group) ?? []);
  const leaves = presence.kind === "state" ? [] : presence.leaves;
  const gone = new Set([...leaves, ...updates.map(({ userId }) => userId)]);
  seen.set(presence.group, [
    ...before.filter(({ userId }) => !gone.has(userId)),
    ...updates.map(({ userId, status }) => ({ userId, status })),
  ]);
}

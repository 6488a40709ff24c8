// Ends a dial that is not judged, as any server would: accepted, told why, closed with that code.

import { sentFrame } from "../cases/expand.js";
import type { Visit } from "./door.js";

const GRACE_MS = 1_000;

export interface Farewell {
  readonly code: number;
  readonly reason: string;
  readonly reconnect: boolean;
  readonly retryAfterMs?: number;
}

export const LATER: Farewell = {
  code: 1013,
  reason: "another client is being judged here",
  reconnect: true,
  retryAfterMs: 30_000,
};

export const NO_USER: Farewell = {
  code: 1002,
  reason: "userId is missing or malformed",
  reconnect: false,
};

export async function sayFarewell(visit: Visit, farewell: Farewell): Promise<void> {
  const protocol = visit.protocols.find((each) => !each.startsWith("latido.bearer.")) ?? null;
  const accepted = await visit.accept(protocol);
  if (!accepted) return;
  const { socket } = accepted;
  socket.on("error", () => undefined);
  socket.send(JSON.stringify(sentFrame({ type: "DISCONNECT", ...farewell }, "server")));
  socket.close(farewell.code, farewell.reason);
  const timer = setTimeout(() => {
    socket.terminate();
  }, GRACE_MS);
  timer.unref();
}

import type { Random } from "./random.js";

/** What a hostile peer does next, and how long it waits before. */
export interface HostileStep {
  readonly afterMs: number;
  readonly does: HostileDeed;
}

export type HostileDeed =
  | (typeof FRAMES)[number]
  | (typeof ENDS)[number]
  | "pong"
  | "stop reading"
  | "read again"
  | "be published to"
  | "go deaf"
  | "make the socket fail";

/** Frames by name, and what else a peer can do to a socket. */
const FRAMES = [
  "HEARTBEAT",
  "PRESENCE_UPDATE",
  "REQUEST_SYNC",
  "REQUEST_PRESENCE",
  "ACK",
  "MESSAGE",
  "MESSAGE abroad",
  "TOKEN_REFRESH",
  "text ping",
  "json ping",
  "unknown type",
  "no JSON",
  "no frame",
] as const;

const ENDS = [
  "DISCONNECT",
  "oversize",
  "binary",
  "many MESSAGEs",
  "many invalid",
  "TOKEN_REFRESH as another",
  "close",
] as const;

/** Draws what a hostile peer does: before CONNECT, after it, or with a full socket. */
export function drawHostileSteps(random: Random, isSlow: boolean): readonly HostileStep[] {
  const step = (does: HostileDeed, afterMs = random.pick([0, 0, 5, 200, 2_000])): HostileStep => ({
    afterMs,
    does,
  });
  const some = (): HostileStep[] =>
    Array.from({ length: random.between(1, 8) }, () => step(random.pick([...FRAMES, "pong"])));
  const end = step(
    random.pick([...ENDS, "go deaf", "make the socket fail", "be published to"]),
    random.pick([0, 500, 10_000]),
  );
  // Only where the store is slow there is a moment before CONNECT.
  const plots = ["late", "late", "stuffed", "stuffed"] as const;
  switch (isSlow && random.chance(0.6) ? "early" : random.pick(plots)) {
    case "early":
      return [step(random.pick([...FRAMES, ...ENDS, "pong"]), random.pick([0, 5, 20, 100]))];
    case "late":
      return [step("HEARTBEAT", 4_000), ...some(), end];
    case "stuffed":
      return [
        step("stop reading", 4_000),
        step("be published to", 50),
        step("pong", random.pick([300, 2_000])),
        ...some(),
        random.chance(0.4) ? step("read again", random.pick([500, 10_000])) : end,
        step("be published to"),
        step("many MESSAGEs", random.pick([0, 10_000])),
        end,
      ];
  }
}

import type { Fact, WireFrame } from "../history.js";

/** Where a stream list says that a stream stands. */
export interface Head {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
  readonly ackedEventId?: number;
}

interface Attempt {
  readonly generation: number;
  phase: "waiting" | "connected" | "over";
}

/**
 * Follows which stream lists hold for a client: that of the first CONNECT of its present attempt, and those
 * of TOKEN_REFRESHED on the same connection. Others are to be ignored (CONN-19, CONN-28, RECON-17).
 */
export class StreamLists {
  readonly #attempts = new Map<number, Attempt>();

  /** The list that this fact puts in force; undefined where it does no such thing. */
  see(fact: Fact): readonly Head[] | undefined {
    switch (fact.fact) {
      case "dialled":
        this.#attempts.set(fact.client, { generation: fact.generation, phase: "waiting" });
        return undefined;
      case "state": {
        const attempt = this.#attempts.get(fact.client);
        const lasts = fact.state === "connected" || fact.state === "connecting";
        if (attempt !== undefined && !lasts) attempt.phase = "over";
        return undefined;
      }
      case "frameIn": {
        const attempt = this.#attempts.get(fact.client);
        return attempt?.generation === fact.generation ? heads(attempt, fact.frame) : undefined;
      }
      default:
        return undefined;
    }
  }
}

function heads(attempt: Attempt, frame: WireFrame): readonly Head[] | undefined {
  const { type, protocolVersion } = frame;
  if (type === "CONNECT" && attempt.phase === "waiting") {
    const isForeign = typeof protocolVersion === "string" && !protocolVersion.startsWith("1.");
    attempt.phase = isForeign ? "over" : "connected";
  } else if (type !== "TOKEN_REFRESHED" || attempt.phase !== "connected") return undefined;
  return attempt.phase === "connected" ? (frame.streams as readonly Head[]) : undefined;
}

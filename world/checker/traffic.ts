import type { Fact, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";

/** How long before the end nothing but heartbeats may be left, milliseconds, where the plan does not say. */
const QUIET_MS = 60_000;

/**
 * Judges that a world comes to rest: some minutes after the last fault nobody dials, asks for syncs or
 * presence, or sends more than heartbeats and a few acknowledgements.
 */
export class TrafficChecker {
  readonly violations: Violation[] = [];
  readonly #frames = new Map<number, number>();

  readonly #quietMs: number;

  constructor(readonly plan: WorldPlan) {
    this.#quietMs = plan.quietMs ?? QUIET_MS;
  }

  see(fact: Fact): void {
    if (fact.fact === "livelock") {
      this.violations.push({
        requirement: "SYNC-32",
        at: fact.at,
        problem: "more steps than any bounded traffic needs: the world does not come to rest",
      });
      return;
    }
    if (fact.at < this.plan.endAt - this.#quietMs) return;
    if (fact.fact === "dialled") {
      this.#blame("RECON-1", fact, "still dials, minutes after the last fault");
    }
    if (fact.fact !== "frameOut") return;
    const { type } = fact.frame;
    if (type === "REQUEST_SYNC") this.#blame("SYNC-32", fact, "still asks for events");
    if (type === "REQUEST_PRESENCE") this.#blame("PRES-10", fact, "still asks for presence");
    this.#frames.set(fact.client, (this.#frames.get(fact.client) ?? 0) + 1);
  }

  finish(at: number): void {
    const interval = this.plan.timers.heartbeatIntervalMs ?? 5_000;
    for (const [client, frames] of this.#frames) {
      const { lifeMs } = this.plan.clients[client]?.tokens ?? {};
      const refreshes = lifeMs === undefined ? 0 : (3 * this.#quietMs) / lifeMs; // one after 0.45 of each life
      const most = this.#quietMs / interval + refreshes + 5;
      if (frames > most) {
        this.#blame(
          "LIVE-1",
          { at, client },
          `${frames} frames in the last ${this.#quietMs / 1_000} s of rest`,
        );
      }
    }
  }

  #blame(
    requirement: string,
    fact: { readonly at: number; readonly client: number },
    problem: string,
  ): void {
    this.violations.push({ requirement, at: fact.at, client: fact.client, problem });
  }
}

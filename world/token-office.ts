import type { Identity, Verdict } from "../server/auth.js";
import type { ClientPlan, GrantPlan, WorldPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Timeline } from "./timeline.js";

interface Issued {
  readonly userId: string;
  readonly grant: GrantPlan;
  readonly expiresAt: number;
  readonly isGood: boolean;
}

/** Issues tokens that say nothing by themselves and knows what they are good for. */
export class TokenOffice {
  readonly #plan: WorldPlan;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #issued = new Map<string, Issued>();

  constructor(plan: WorldPlan, timeline: Timeline, random: Random) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#random = random;
  }

  isCalm(): boolean {
    return this.#timeline.now >= this.#plan.calmAt;
  }

  /** A token for a client, with what its user is granted at this moment. */
  issue(client: number): string {
    const plan = this.#plan.clients[client];
    if (plan?.tokens === undefined) throw new Error(`client ${client} needs no token`);
    const { now } = this.#timeline;
    const token = this.#random.uuid();
    this.#issued.set(token, {
      userId: plan.userId,
      grant: grantAt(plan, now),
      expiresAt: now + plan.tokens.lifeMs,
      isGood: this.isCalm() || !this.#random.chance(plan.tokens.refused),
    });
    return token;
  }

  judge(userId: string, token: string | undefined): Verdict {
    const client = this.#plan.clients.find((one) => one.userId === userId);
    if (client === undefined) return { kind: "unacceptable", why: "unknown user" };
    if (client.tokens === undefined) return accepted(userId, grantAt(client, 0));
    const issued = token === undefined ? undefined : this.#issued.get(token);
    if (issued?.isGood !== true) return { kind: "unacceptable", why: "not a token of ours" };
    if (issued.userId !== userId) return { kind: "forbidden", why: "a token of somebody else" };
    const expiresInMs = issued.expiresAt - this.#timeline.now;
    if (expiresInMs <= 0) return { kind: "expired" };
    return accepted(userId, issued.grant, expiresInMs);
  }
}

/** What a user may see at an instant. */
export function grantAt(client: ClientPlan, now: number): GrantPlan {
  const { scopes, modules } = client;
  const first = { from: 0, scopes, modules };
  return client.tokens?.grants.filter(({ from }) => from <= now).at(-1) ?? first;
}

function accepted(userId: string, grant: GrantPlan, expiresInMs?: number): Verdict {
  const identity: Identity = {
    userId,
    scopes: grant.scopes.map((place) => ({ place })),
    modules: grant.modules,
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
  };
  return { kind: "accepted", identity };
}

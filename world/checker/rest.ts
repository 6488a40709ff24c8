import type { Fact, Violation } from "../history.js";
import type { ClientPlan, WorldPlan } from "../plan.js";
import { grantAt } from "../token-office.js";
import type { MessageChecker } from "./messages.js";
import type { PositionChecker } from "./positions.js";
import { type Head, StreamLists } from "./stream-lists.js";

interface ClientAtRest {
  life: number;
  /** Its application asked to be connected, and has not put it to rest since. */
  isWanted: boolean;
  state: string;
  /** Close code that led to the state. */
  code: number | undefined;
  /** Streams of the latest list, with the heads it told. */
  heads: readonly Head[];
  handled: number;
  delivered: number;
  /** Last status that the application set in this life. */
  status: string | undefined;
}

/**
 * Judges how a world stands when everything has come to rest: everyone is connected, holds every event
 * up to the heads, has an answer to every message, and sees the presence that is.
 */
export class RestChecker {
  readonly violations: Violation[] = [];
  readonly #clients: ClientAtRest[];
  readonly #heads = new Map<string, { epoch: string; eventId: number; store: number }>();
  readonly #seen = new Map<string, Extract<Fact, { fact: "presenceSeen" }>>();
  readonly #lists = new StreamLists();
  #store = 0;

  constructor(
    readonly plan: WorldPlan,
    readonly positions: PositionChecker,
    readonly messages: MessageChecker,
  ) {
    this.#clients = plan.clients.map(() => ({
      life: 0,
      isWanted: false,
      state: "idle",
      code: undefined,
      heads: [],
      handled: 0,
      delivered: 0,
      status: undefined,
    }));
  }

  see(fact: Fact): void {
    if (fact.fact === "storeLost") this.#store = fact.store;
    if (fact.fact === "appended") {
      this.#heads.set(fact.stream, fact);
      return;
    }
    if (!("client" in fact)) return;
    const client = this.#clients[fact.client];
    if (client === undefined) return;
    client.heads = this.#lists.see(fact) ?? client.heads;
    switch (fact.fact) {
      case "started":
        Object.assign(client, { isWanted: false, life: fact.life, state: "idle", heads: [] });
        Object.assign(client, { handled: 0, delivered: 0, status: undefined });
        return;
      case "stopped":
      case "suspended":
      case "disconnected":
        client.isWanted = false;
        return;
      case "resumed":
        client.isWanted = client.state !== "closed";
        return;
      case "state":
        client.state = fact.state;
        client.code = fact.code;
        return;
      case "presenceSet":
        client.status = fact.status;
        return;
      case "delivered":
        client.delivered += 1;
        return;
      case "handled":
        client.handled += 1;
        return;
      case "presenceSeen":
        this.#seen.set(`${fact.client} ${fact.group}`, fact);
        return;
      default:
        return;
    }
  }

  finish(at: number): void {
    this.#clients.forEach((client, index) => {
      if (client.state === "closed") this.#judgeClosed(at, index, client);
      if (!client.isWanted || this.#mayBeClosed(index, client)) return;
      if (client.state !== "connected") {
        this.#blame("RECON-1", at, index, `is ${client.state} at the end, not connected`);
        return;
      }
      this.#judgeStreams(at, index, client);
      this.#judgePresence(at, index);
      if (client.handled !== client.delivered) {
        this.#blame("STREAM-17", at, index, `${client.delivered - client.handled} handlers hang`);
      }
      this.#judgeMessages(at, index, client);
    });
  }

  /** SESS-2, SESS-4, AUTH-3: an end that the plan explains, and that the table says is for good. */
  #mayBeClosed(index: number, { state, code }: ClientAtRest): boolean {
    const plan = this.plan.clients[index];
    if (state !== "closed" || plan === undefined) return false;
    if (code === 4502 || code === 4503) return this.#devicesOf(plan.userId).length > 1;
    return code === 4500 && (plan.tokens?.refused ?? 0) > 0;
  }

  #judgeClosed(at: number, index: number, client: ClientAtRest): void {
    this.#judgeMessages(at, index, client);
    const isReplaced = client.code === 4502 && this.plan.sessionPolicy === "replace";
    const others = this.#devicesOf(this.plan.clients[index]?.userId ?? "");
    const isNobodyLeft = others.every(({ isWanted, code }) => isWanted && code === 4502);
    if (isReplaced && client.isWanted && isNobodyLeft) {
      this.#blame("SESS-1", at, index, "was replaced, but no other session of the user stays");
    }
  }

  #judgeMessages(at: number, index: number, client: ClientAtRest): void {
    const unsettled = this.messages.unsettled(index, client.life);
    if (unsettled.length > 0) {
      this.#blame("MSG-23", at, index, `${unsettled.length} messages have no result`);
    }
  }

  #devicesOf(userId: string): readonly ClientAtRest[] {
    return this.#clients.filter((_, index) => this.plan.clients[index]?.userId === userId);
  }

  /** Who belongs into a group in the end: connected, and allowed to see it. */
  #isIn(scope: string, plan: ClientPlan, index: number): boolean {
    const { isWanted = false, state } = this.#clients[index] ?? {};
    const { scopes } = grantAt(plan, this.plan.endAt);
    return isWanted && state !== "closed" && plan.unreliable !== true && scopes.includes(scope);
  }

  #judgeStreams(at: number, index: number, client: ClientAtRest): void {
    const standings = this.positions.standingsOf(index);
    for (const told of client.heads) {
      const logged = this.#heads.get(told.stream);
      const head =
        logged?.store === this.#store && logged.epoch === told.epoch
          ? logged.eventId
          : told.lastEventId;
      const standing = standings.get(told.stream);
      if (standing?.epoch !== told.epoch || standing.eventId !== head) {
        const place = standing === undefined ? "nowhere" : `${standing.epoch}/${standing.eventId}`;
        const problem = `stands at ${place} in ${told.stream}, the head is ${told.epoch}/${head}`;
        this.#blame("SYNC-2", at, index, problem);
      }
    }
  }

  /** PRES-6 to PRES-9 and PRES-18 to PRES-21: what a client sees in the end is who is there. */
  #judgePresence(at: number, index: number): void {
    const plan = this.plan.clients[index];
    if (plan === undefined) return;
    for (const scope of grantAt(plan, at).scopes) {
      const group = JSON.stringify({ place: scope });
      const seen = this.#seen.get(`${index} ${group}`)?.members ?? [];
      const there = this.plan.clients.filter((other, place) => this.#isIn(scope, other, place));
      const names = (members: readonly { userId: string }[]): string =>
        [...new Set(members.map(({ userId }) => userId))].sort().join(", ");
      if (names(seen) !== names(there)) {
        this.#blame("PRES-9", at, index, `sees ${names(seen)} in ${group}, not ${names(there)}`);
      }
      for (const { userId, status } of seen) {
        const set = this.#statusesOf(userId);
        if (set !== undefined && !set.includes(status)) {
          const truth = set.join(" or ");
          this.#blame("PRES-24", at, index, `sees ${userId} as ${status}, who set ${truth}`);
        }
      }
    }
  }

  /** What a user's sessions set; undefined where one of them set nothing. */
  #statusesOf(userId: string): readonly string[] | undefined {
    const there = this.#devicesOf(userId).filter(
      ({ isWanted, state }) => isWanted && state !== "closed",
    );
    const statuses = there.flatMap(({ status }) => status ?? []);
    return statuses.length === there.length && there.length > 0 ? statuses : undefined;
  }

  #blame(requirement: string, at: number, client: number, problem: string): void {
    this.violations.push({ requirement, at, client, problem });
  }
}

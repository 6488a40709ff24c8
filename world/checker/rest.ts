import type { Fact, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";
import type { MessageChecker } from "./messages.js";
import type { PositionChecker } from "./positions.js";

interface ClientAtRest {
  life: number;
  /** Its application asked to be connected, and has not put it to rest since. */
  isWanted: boolean;
  state: string;
  /** Streams of the latest CONNECT, with the heads it told. */
  heads: readonly { stream: string; epoch: string; lastEventId: number }[];
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
    switch (fact.fact) {
      case "started":
        Object.assign(client, { isWanted: false, life: fact.life, state: "idle", heads: [] });
        Object.assign(client, { handled: 0, delivered: 0, status: undefined });
        return;
      case "stopped":
      case "suspended":
        client.isWanted = false;
        return;
      case "resumed":
        client.isWanted = true;
        return;
      case "state":
        client.state = fact.state;
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
      case "frameIn":
        if (fact.frame.type === "CONNECT") {
          client.heads = fact.frame.streams as ClientAtRest["heads"];
        }
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
      if (!client.isWanted) return;
      if (client.state !== "connected") {
        this.#blame("RECON-1", at, index, `is ${client.state} at the end, not connected`);
        return;
      }
      this.#judgeStreams(at, index, client);
      this.#judgePresence(at, index);
      if (client.handled !== client.delivered) {
        this.#blame("STREAM-17", at, index, `${client.delivered - client.handled} handlers hang`);
      }
      const unsettled = this.messages.unsettled(index, client.life);
      if (unsettled.length > 0) {
        this.#blame("MSG-23", at, index, `${unsettled.length} messages have no result`);
      }
    });
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
    for (const scope of this.plan.clients[index]?.scopes ?? []) {
      const group = JSON.stringify({ place: scope });
      const seen = this.#seen.get(`${index} ${group}`)?.members ?? [];
      const there = this.plan.clients.filter(
        ({ scopes }, other) => scopes.includes(scope) && this.#clients[other]?.isWanted === true,
      );
      const names = (members: readonly { userId: string }[]): string =>
        members
          .map(({ userId }) => userId)
          .sort()
          .join(", ");
      if (names(seen) !== names(there)) {
        this.#blame("PRES-9", at, index, `sees ${names(seen)} in ${group}, not ${names(there)}`);
      }
      for (const { userId, status } of seen) {
        const other = this.plan.clients.findIndex((client) => client.userId === userId);
        const set = this.#clients[other]?.status;
        if (set !== undefined && set !== status) {
          this.#blame("PRES-24", at, index, `sees ${userId} as ${status}, who set ${set}`);
        }
      }
    }
  }

  #blame(requirement: string, at: number, client: number, problem: string): void {
    this.violations.push({ requirement, at, client, problem });
  }
}

// Many clients in one process.

import { setTimeout as wait } from "node:timers/promises";
import { Chance } from "../../conformance/hostile/chance.js";
import { caseSeed } from "../../conformance/seeded.js";
import type { Sent, Witness } from "./checker.js";
import { Member, type Return, type Trouble } from "./member.js";

export interface FleetOptions {
  readonly url: string;
  readonly secret: string;
  readonly firstIndex: number;
  readonly clients: number;
  readonly places: number;
  readonly seed: number;
  readonly troubleEveryMs: number;
  readonly messageEveryMs: number;
}

export type Heads = Readonly<Record<string, number>>;

export interface FleetState {
  readonly connected: number;
  readonly seen: number;
  /** Messages that were accepted. */
  readonly accepted: number;
  readonly troubles: Troubles;
}

/** How often each happened. */
export type Troubles = Readonly<Partial<Record<Trouble, number>>>;

export interface FleetReport {
  readonly witnesses: readonly Witness[];
  readonly troubles: Troubles;
  readonly returns: readonly Return[];
}

/** What a run asks of its fleets, wherever they are. */
export interface Fleet {
  /** Resolves when every client has had its first CONNECT. */
  connect(): Promise<void>;
  begin(): Promise<void>;
  /** No more trouble, no more messages. */
  calm(): Promise<void>;
  /** The next dials go there. */
  moveTo(url: string): Promise<void>;
  state(): Promise<FleetState>;
  /** Messages and what became of them so far. */
  sends(): Promise<readonly Sent[]>;
  /** Waits until every client has seen the heads and every message has a result; false where it takes longer. */
  settled(heads: Heads, withinMs: number): Promise<boolean>;
  report(heads: Heads): Promise<FleetReport>;
  end(): Promise<void>;
}

/** Clients that dial at the same instant. */
const AT_ONCE = 25;

export class LocalFleet implements Fleet {
  readonly #members: readonly Member[];

  constructor({ clients, firstIndex, seed, ...common }: FleetOptions) {
    const chance = new Chance(seed);
    this.#members = Array.from({ length: clients }, (_, nth) => {
      const index = firstIndex + nth;
      const draws = new Chance(caseSeed(seed, String(index)));
      return new Member({ ...common, chance, draws, index });
    });
  }

  async connect(): Promise<void> {
    for (let at = 0; at < this.#members.length; at += AT_ONCE) {
      await Promise.all(this.#members.slice(at, at + AT_ONCE).map((each) => each.connect()));
    }
  }

  begin(): Promise<void> {
    for (const each of this.#members) each.begin();
    return Promise.resolve();
  }

  calm(): Promise<void> {
    for (const each of this.#members) each.calm();
    return Promise.resolve();
  }

  moveTo(url: string): Promise<void> {
    for (const each of this.#members) each.moveTo(url);
    return Promise.resolve();
  }

  state(): Promise<FleetState> {
    const connected = this.#members.filter((each) => each.isConnected).length;
    const sent = this.#members.flatMap((each) => each.accepted());
    return Promise.resolve({
      connected,
      seen: sum(this.#members.map((each) => each.seen)),
      accepted: sent.filter(({ status }) => status === "accepted").length,
      troubles: troublesOf(this.#members),
    });
  }

  sends(): Promise<readonly Sent[]> {
    return Promise.resolve(this.#members.flatMap((each) => each.accepted()));
  }

  async settled(heads: Heads, withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (;;) {
      if (this.#members.every((each) => each.hasSettled(heads))) return true;
      if (performance.now() > until) return false;
      await wait(50);
    }
  }

  report(heads: Heads): Promise<FleetReport> {
    const witnesses = this.#members.map((each) => each.witness(heads));
    return Promise.resolve({
      witnesses,
      troubles: troublesOf(this.#members),
      returns: this.#members.flatMap((each) => each.returns),
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map((each) => each.disconnect()));
  }
}

/** The troubles of all, added up. */
export function troublesOf(all: readonly { readonly troubles: Troubles }[]): Troubles {
  const total: Record<string, number> = {};
  for (const [what, count] of all.flatMap((each) => Object.entries(each.troubles))) {
    total[what] = (total[what] ?? 0) + count;
  }
  return total;
}

function sum(list: readonly number[]): number {
  return list.reduce((total, each) => total + each, 0);
}

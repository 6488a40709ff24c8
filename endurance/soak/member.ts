// One client of the fleet: the generated client, its handlers, its troubles and its messages.

import { createClient, type Client } from "../../generated/typescript/client/index.js";
import { member } from "../../conformance/json.js";
import type { Chance } from "../../conformance/hostile/chance.js";
import type { Sent, Witness } from "./checker.js";
import { Journal } from "./journal.js";
import { clientKeys } from "./key.js";
import { tokenFor } from "./token.js";
import { TroubledDial } from "./troubled-dial.js";

/** How a client came back after the server had sent it away. */
export interface Return {
  /** What DISCONNECT announced. */
  readonly spreadMs: number;
  /** What the client said that it would wait. */
  readonly declaredMs: number;
  /** What it did wait, from the end of the connection to the next dial. */
  readonly waitedMs: number;
}

export interface MemberOptions {
  readonly url: string;
  readonly secret: string;
  readonly index: number;
  readonly places: number;
  /** Draws the troubles, and is shared: who draws when is up to the network. */
  readonly chance: Chance;
  /** Draws for the client, its own: the same seed gives it the same waits. */
  readonly draws: Chance;
  /** Mean time between two troubles, and between two messages; 0 for none. */
  readonly troubleEveryMs: number;
  readonly messageEveryMs: number;
}

/** What happens to a client: `gap` is an EVENT that comes without the one before it. */
export type Trouble = "kill" | "close" | "freeze" | "suspend" | "gap";

/** Codes that a proxy or a bad moment may end a connection with; none that stops a client. */
const CODES = [1001, 3001, 4000] as const;
const LONGEST_REST_MS = 3_000;
const DRAWN = 1_000_000;

export class Member {
  readonly troubles: Partial<Record<Trouble, number>> = {};
  readonly returns: Return[] = [];
  readonly #journal = new Journal();
  readonly #network = new TroubledDial();
  readonly #client: Client;
  readonly #sends: (Sent | { readonly key: number; readonly status: "unsettled" })[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #isCalm = true;
  #isSuspended = false;
  #spreadMs: number | undefined;

  constructor(private readonly options: MemberOptions) {
    const { url, secret } = options;
    this.#client = createClient({
      url,
      userId: this.name,
      deviceId: `device-${this.name}`,
      token: () => tokenFor(secret, this.name, [{ place: this.place }]),
      startFrom: "earliest",
      dial: this.#network.dial,
      random: () => options.draws.below(DRAWN) / DRAWN,
    });
    const isSlow = options.index % 4 === 0;
    this.#client.on("*", (event) => {
      this.#journal.saw(event);
      return isSlow ? new Promise<void>((resolve) => setImmediate(resolve)) : undefined;
    });
    this.#client.onFullRefresh((refresh) => {
      this.#journal.reloaded(refresh);
      return undefined;
    });
    this.#network.onGap = () => {
      this.#count("gap");
    };
    this.#watchReturns();
  }

  get name(): string {
    return `u${this.options.index}`;
  }

  get place(): string {
    return `p${this.options.index % this.options.places}`;
  }

  get seen(): number {
    return this.#journal.seen;
  }

  get isConnected(): boolean {
    return this.#client.state === "connected";
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /** Lets trouble and messages begin. */
  begin(): void {
    this.#isCalm = false;
    this.#again(this.options.troubleEveryMs, () => {
      this.#trouble();
    });
    this.#again(this.options.messageEveryMs, () => {
      this.#send();
    });
  }

  calm(): void {
    this.#isCalm = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#network.loseNoMore();
    if (this.#isSuspended) this.#resume();
  }

  moveTo(url: string): void {
    this.#network.movedTo = url;
  }

  /** Whether nothing is missing any more: every message has a result, every stream its head. */
  hasSettled(heads: Readonly<Record<string, number>>): boolean {
    const isThere = this.#streams(heads).every(
      (name) => this.#journal.reached(name) >= (heads[name] ?? 0),
    );
    return isThere && this.#sends.every(({ status }) => status !== "unsettled");
  }

  witness(heads: Readonly<Record<string, number>>): Witness {
    return {
      name: this.name,
      streams: this.#streams(heads),
      sightings: Object.fromEntries(this.#journal.streams),
      sends: this.#sends,
    };
  }

  accepted(): readonly Sent[] {
    return this.#sends;
  }

  async disconnect(): Promise<void> {
    this.calm();
    await this.#client.disconnect();
  }

  /** A stream's name says its scope (ROUTE-6): which of them this client's token opens. */
  #streams(heads: Readonly<Record<string, number>>): string[] {
    return Object.keys(heads).filter((name) => {
      const scope = member(JSON.parse(name), "scope");
      return member(scope, "place") === this.place || member(scope, "user") === this.name;
    });
  }

  #again(meanMs: number, act: () => void): void {
    if (meanMs === 0 || this.#isCalm) return;
    const wait = (meanMs * (1 + this.options.chance.below(1_000))) / 500;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
      this.#again(meanMs, act);
    }, wait);
    this.#timers.add(timer);
  }

  #trouble(): void {
    const { chance } = this.options;
    const drawn = chance.below(12);
    if (drawn < 5)
      this.#did("kill", () => {
        this.#network.kill();
      });
    else if (drawn < 7)
      this.#did("close", () => {
        this.#network.closeWith(chance.pick(CODES));
      });
    else if (drawn < 8)
      this.#did("freeze", () => {
        this.#network.freeze(chance.below(LONGEST_REST_MS));
      });
    else if (drawn < 10)
      this.#did("suspend", () => {
        this.#suspend(chance.below(LONGEST_REST_MS));
      });
    else this.#network.loseNext(); // counted when it shows
  }

  #did(what: Trouble, act: () => void): void {
    this.#count(what);
    act();
  }

  #count(what: Trouble): void {
    this.troubles[what] = (this.troubles[what] ?? 0) + 1;
  }

  #suspend(ms: number): void {
    if (this.#isSuspended) return;
    this.#isSuspended = true;
    this.#client.suspend();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#resume();
    }, ms);
    this.#timers.add(timer);
  }

  #resume(): void {
    this.#isSuspended = false;
    this.#client.resume();
  }

  #send(): void {
    const key = clientKeys(this.options.index) + this.#sends.length;
    const at = this.#sends.push({ key, status: "unsettled" }) - 1;
    const scope = { place: this.place };
    this.#client.send("chat_message", { key }, { scope }).then(
      (result) => {
        this.#sends[at] =
          result.status === "accepted" ? { ...result, key } : { key, status: result.status };
      },
      () => {
        this.#sends[at] = { key, status: "failed" };
      },
    );
  }

  #watchReturns(): void {
    this.#network.onText = (text) => {
      if (!text.includes('"type":"DISCONNECT"')) return;
      const spreadMs = member(JSON.parse(text), "spreadMs");
      this.#spreadMs = typeof spreadMs === "number" ? spreadMs : undefined;
    };
    let endedAt = 0;
    this.#network.onEnd = () => {
      endedAt = performance.now();
    };
    let leaving: { readonly declaredMs: number; readonly at: number } | undefined;
    this.#client.onState(({ state, retryInMs }) => {
      if (state !== "backoff" || retryInMs === undefined) return;
      leaving = { declaredMs: retryInMs, at: endedAt };
    });
    this.#network.onDial = () => {
      if (leaving === undefined || this.#spreadMs === undefined) return;
      const waitedMs = performance.now() - leaving.at;
      this.returns.push({ spreadMs: this.#spreadMs, declaredMs: leaving.declaredMs, waitedMs });
      this.#spreadMs = undefined;
    };
  }
}

// One client from `open` to its end, with everything that it tells reported as driver events.

import {
  createClient,
  type ApplicationEvent,
  type Client,
  type Clock,
} from "../../../generated/typescript/client/index.js";
import type { Disk } from "./stores.js";

export interface OpenArguments {
  readonly url: string;
  readonly userId: string;
  readonly deviceId?: string;
  readonly token?: string;
  readonly heartbeatMs?: number;
  readonly startFrom?: "latest" | "acked" | "earliest";
  /** Listens for these events only. */
  readonly listen?: readonly string[];
  readonly hold?: readonly Held["what"][];
}

export interface SettleArguments {
  readonly what: Held["what"];
  /** None for the outbox. */
  readonly stream?: string;
  readonly outcome: "done" | "failed";
  readonly lastEventId?: number;
  /** Later calls of this kind and stream are not held. */
  readonly release?: boolean;
}

export interface SendArguments {
  readonly key: string;
  readonly event: string;
  readonly payload: unknown;
  readonly scope?: Readonly<Record<string, string>>;
}

export interface World {
  readonly disk: Disk;
  readonly clock: Clock | undefined;
  readonly random: () => number;
  /** What the token provider gives now; null makes it fail. */
  readonly token: () => string | null;
  readonly report: (event: string, fields: object) => void;
}

interface Held {
  readonly what: "event" | "refresh" | "outbox";
  readonly stream: string;
  readonly settle: (outcome: "done" | "failed", lastEventId?: number) => void;
}

export class Life {
  readonly client: Client;
  readonly #held: Held[] = [];
  /** Kinds and streams that are not held any more. */
  readonly #released = new Set<string>();
  readonly #report: World["report"];
  #dead = false;

  constructor(
    private readonly settings: OpenArguments,
    world: World,
  ) {
    const { url, userId, deviceId, heartbeatMs, startFrom } = settings;
    this.#report = (event, fields) => {
      if (!this.#dead) world.report(event, fields);
    };
    const provider = (): string => {
      this.#report("token.asked", {});
      const token = world.token();
      if (token === null) throw new Error("the provider has no token");
      return token;
    };
    this.client = createClient({
      url,
      userId,
      positions: world.disk.positions,
      outbox: world.disk.outbox(() =>
        this.#holds("outbox") ? this.#hold("outbox", "").then(() => undefined) : undefined,
      ),
      random: world.random,
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(startFrom === undefined ? {} : { startFrom }),
      ...(settings.token === undefined ? {} : { token: provider }),
      ...(world.clock === undefined ? {} : { clock: world.clock }),
    });
    this.#listen();
  }

  connect(): void {
    this.client.connect().catch((error: unknown) => {
      this.#failed("connect", error);
    });
  }

  send({ key, event, payload, scope }: SendArguments): void {
    const options = scope === undefined ? {} : { scope };
    this.client.send(event, payload, options).then(
      (result) => {
        this.#report("result", { key, ...result });
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.name : String(error);
        this.#report("result", { key, status: "failed", reason });
      },
    );
  }

  settle({ what, stream = "", outcome, lastEventId, release }: SettleArguments): void {
    if (release === true) this.#released.add(`${what} ${stream}`);
    const index = this.#held.findIndex((each) => each.what === what && each.stream === stream);
    const held = this.#held.splice(index, index === -1 ? 0 : 1)[0];
    if (!held) throw new Error(`no ${what} of ${stream} is held`);
    held.settle(outcome, lastEventId);
  }

  reportStatistics(): void {
    const { reconnects, duplicatesDropped, gaps, outboxSize, heartbeatLatencyMs } =
      this.client.statistics();
    this.#report("statistics", {
      reconnects,
      duplicatesDropped,
      gaps,
      outboxSize,
      heartbeatLatencyMs,
    });
  }

  /** Goes on without being heard: what a killed process would do is not told and not stored. */
  async die(): Promise<void> {
    this.#dead = true;
    await this.client.disconnect();
  }

  #listen(): void {
    const { client } = this;
    client.onState((change) => {
      this.#report("state", change);
    });
    client.onNotice((notice) => {
      this.#report("notice", notice);
    });
    client.onPresence(({ group, scope }) => {
      const known = client.groups.get(group);
      const members = [...(known?.members.values() ?? [])];
      this.#report("presence", { group, scope, members, memberCount: known?.memberCount ?? 0 });
    });
    client.onEarlierResult(({ messageId, result }) => {
      this.#report("result", { messageId, ...result });
    });
    for (const name of this.settings.listen ?? ["*"]) {
      client.on(name, (event: ApplicationEvent) => this.#delivered(event));
    }
    client.onFullRefresh((refresh) => {
      this.#report("refresh", refresh);
      return this.#holds("refresh", refresh.stream)
        ? this.#hold("refresh", refresh.stream)
        : undefined;
    });
  }

  #delivered({ event, ...rest }: ApplicationEvent): Promise<void> | undefined {
    this.#report("delivered", { ...rest, name: event });
    return this.#holds("event", rest.stream)
      ? this.#hold("event", rest.stream).then(() => undefined)
      : undefined;
  }

  #holds(what: Held["what"], stream = ""): boolean {
    const released = this.#released.has(`${what} ${stream}`);
    return this.settings.hold?.includes(what) === true && !released;
  }

  #hold(what: Held["what"], stream: string): Promise<{ lastEventId?: number } | undefined> {
    return new Promise((resolve, reject) => {
      this.#held.push({
        what,
        stream,
        settle: (outcome, lastEventId) => {
          if (outcome === "failed") reject(new Error("failed as the runner asked"));
          else resolve(lastEventId === undefined ? undefined : { lastEventId });
        },
      });
    });
  }

  #failed(call: string, error: unknown): void {
    this.#report("failure", { call, error: error instanceof Error ? error.name : String(error) });
  }
}

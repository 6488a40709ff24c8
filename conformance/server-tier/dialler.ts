// Dials of the scripted clients, with whatever handshake and token a step wants.

import { dial } from "../adversary/scripted-client.js";
import { Peer } from "../adversary/peer.js";
import type { DialStep, TokenStep } from "../cases/case.js";
import { isObject, member, type JsonObject } from "../json.js";
import type { Stage } from "../runner/stage.js";
import type { Entry } from "../transcript.js";
import { UsageError } from "../usage-error.js";
import type { Secrets } from "./secrets.js";
import type { ServerTarget } from "./target.js";
import { tokenOf } from "./tokens.js";
import { unmet } from "./unmet.js";

/** The head of the user's own stream among those of CONNECT: its scope names the user and nothing else. */
function ownHead(connect: unknown, userId: string): unknown {
  return heads(connect).find((head) => {
    const scope = member(head, "scope");
    return isObject(scope) && scope.user === userId && member(head, "module") === undefined;
  });
}

function heads(connect: unknown): readonly unknown[] {
  const streams = member(connect, "streams");
  return Array.isArray(streams) ? (streams as unknown[]) : [];
}

/** Query values travel as text. */
function queryText(query: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Where a token travels in the handshake (CONN-6). */
export function bearer(
  token: string | undefined,
  via: DialStep["via"] = "header",
): Required<Pick<DialStep, "headers" | "protocols" | "query">> {
  const nothing = { headers: {}, protocols: [], query: {} };
  if (token === undefined) return nothing;
  if (via === "query") return { ...nothing, query: { access_token: token } };
  if (via === "header") return { ...nothing, headers: { authorization: `Bearer ${token}` } };
  const encoded = Buffer.from(token).toString("base64url");
  return { ...nothing, protocols: [`latido.bearer.${encoded}`] };
}

export class Dialler {
  /** Connections that have their CONNECT. */
  readonly connected = new Set<string>();
  #dials = 0;

  constructor(
    private readonly stage: Stage,
    private readonly target: () => ServerTarget,
    private readonly secrets: Secrets,
  ) {}

  /** Makes a token and keeps it as a variable. */
  async token(step: TokenStep): Promise<void> {
    this.stage.variables.set(step.as, await this.#minted(step, this.#user("")));
  }

  async dial(step: DialStep): Promise<void> {
    const { stage } = this;
    const name = step.as ?? `c${(this.#dials += 1)}`;
    const userId = step.user ?? this.#user(`-${name}`);
    const carried = bearer(await this.#tokenOf(step, userId), step.via);
    const given = { userId, deviceId: `d-${name}`, ...carried.query, ...step.query };
    const query = Object.fromEntries(
      Object.entries(given).filter(([, value]) => member(value, "$omit") !== true),
    );
    const entry = { lane: "wire", from: "testee", on: name } as const;
    const outcome = await dial(
      {
        url: this.target().url,
        query: queryText(query),
        headers: { ...carried.headers, ...step.headers },
        protocols: [...(step.protocols ?? ["latido.v1"]), ...carried.protocols],
        autoPong: step.autoPong ?? true,
        limitMs: stage.hangMs,
      },
      (socket, raw) => {
        stage.addPeer(new Peer(name, socket, raw, stage.transcript));
        socket.once("open", () => {
          stage.transcript.add({ ...entry, kind: "opened", value: { protocol: socket.protocol } });
        });
      },
    );
    if (outcome.kind === "refused") {
      stage.transcript.add({ ...entry, kind: "refused", value: { status: outcome.status } });
    } else if (outcome.kind === "failed") {
      throw unmet(stage, `the upgrade failed: ${outcome.problem}`);
    }
    if (step.connected !== false) await this.#awaitConnect(name, userId);
  }

  #user(suffix: string): string {
    return `u-${String(this.stage.variables.get("nonce"))}${suffix}`;
  }

  /** Where the server wants tokens, every dial has one unless its step says otherwise. */
  async #tokenOf({ token = {} }: DialStep, userId: string): Promise<string | undefined> {
    if (token === false || this.target().mint === undefined) return undefined;
    return typeof token === "string" ? token : await this.#minted(token, userId);
  }

  async #minted(step: Omit<TokenStep, "as">, userId: string): Promise<string> {
    const { mint } = this.target();
    if (!mint) throw unmet(this.stage, "nothing was given to make tokens with");
    let token: string;
    try {
      token = await tokenOf(step, userId, mint);
    } catch (error) {
      if (error instanceof UsageError) throw unmet(this.stage, error.message);
      throw error;
    }
    this.secrets.addToken(token);
    return token;
  }

  /** CONNECT as a precondition; its content becomes variables of the connection's name. */
  async #awaitConnect(name: string, userId: string): Promise<void> {
    const { stage } = this;
    const isConnect = (entry: Entry): boolean =>
      entry.on === name && (entry.name === "CONNECT" || entry.kind === "closed");
    const found = await stage.transcript.next(isConnect, stage.hangMs);
    if (found?.name !== "CONNECT") throw unmet(stage, `no CONNECT came on ${name}`);
    stage.transcript.take(found);
    this.connected.add(name);
    stage.variables.set(name, {
      userId,
      connect: found.value,
      sessionId: member(found.value, "sessionId"),
      own: ownHead(found.value, userId),
      shared: heads(found.value).find((head) => member(head, "module") !== undefined),
    });
  }
}

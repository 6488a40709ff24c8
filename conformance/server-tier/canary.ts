// A second, well-behaved connection that must keep working through every case (ERR-10).

import { dial } from "../adversary/scripted-client.js";
import { Peer } from "../adversary/peer.js";
import { isObject, member, numberOr } from "../json.js";
import { match } from "../match.js";
import { Transcript } from "../transcript.js";
import { bearer } from "./dialler.js";
import { ask, httpBase, keyHeaders } from "./http.js";
import type { HeldServer } from "./held.js";
import type { ServerTarget } from "./target.js";
import { tokenOf } from "./tokens.js";
import { NoCanary, ServerUnreachable } from "./unreachable.js";

/** Closes by which a server says that it wants a token, or another one. */
const FOR_TOKENS: ReadonlySet<number> = new Set([4100, 4500, 4501]);

export class Canary {
  #peer: Peer | undefined;
  #transcript = new Transcript();
  #dials = 0;
  #userId = "";

  constructor(
    private readonly server: HeldServer,
    private readonly nonce: string,
    private readonly limitMs: number,
  ) {}

  private get target(): ServerTarget {
    return this.server.target;
  }

  /** Connects where it is not connected. Throws ServerUnreachable, or NoCanary. */
  async ready(): Promise<void> {
    if (this.#peer?.open) return;
    this.#transcript = new Transcript();
    this.#userId = `canary-${this.nonce}-${(this.#dials += 1)}`;
    let made: Peer | undefined;
    const outcome = await dial(
      {
        url: this.target.url,
        query: { userId: this.#userId, deviceId: "canary" },
        headers: await this.#authorization(),
        protocols: ["latido.v1"],
        autoPong: true,
        limitMs: this.limitMs,
      },
      (socket, raw) => {
        made = new Peer("canary", socket, raw, this.#transcript);
      },
    );
    if (outcome.kind !== "opened") {
      const problem = outcome.kind === "refused" ? `HTTP ${outcome.status}` : outcome.problem;
      throw new ServerUnreachable(`cannot connect to ${this.target.url}: ${problem}`);
    }
    this.#peer = made;
    if (await this.#frame("CONNECT", {})) return;
    const code = this.#closeCode();
    if (code === undefined) {
      throw new NoCanary(
        `${this.target.url} accepted a connection and sent no CONNECT within ${this.limitMs} ms`,
      );
    }
    const problem = `${this.target.url} closed a plain connection with ${code} before CONNECT`;
    if (!FOR_TOKENS.has(code)) throw new NoCanary(problem);
    throw new ServerUnreachable(
      `${problem}; where it wants tokens, give --token-secret or --token-command`,
    );
  }

  #closeCode(): number | undefined {
    const end = this.#transcript.entries.find(({ kind }) => kind === "closed");
    return end && numberOr(member(end.value, "code"), 1006);
  }

  /** Whether the server's process still works at all: its WebSocket layer answers a ping, or hangs up. */
  async answers(): Promise<boolean> {
    return this.#peer === undefined || (await this.#peer.reached(this.limitMs));
  }

  async #authorization(): Promise<Readonly<Record<string, string>>> {
    const { mint } = this.target;
    if (!mint) return {};
    return bearer(await tokenOf({}, this.#userId, mint)).headers;
  }

  /** What no longer works, if anything: heartbeat and delivery of an event of its own. */
  async problem(): Promise<string | undefined> {
    const peer = this.#peer;
    if (!peer?.open) return "the canary's connection was closed";
    peer.sendFrame({ type: "HEARTBEAT" });
    if (!(await this.#frame("HEARTBEAT_ACK", {}))) return "the canary's heartbeat was not answered";
    if (this.target.publish === undefined) return undefined;
    try {
      const answer = await ask(httpBase(this.target), {
        method: "POST",
        path: new URL(this.target.publish).pathname,
        text: JSON.stringify({
          scopes: [{ user: this.#userId }],
          event: this.target.event,
          payload: { canary: this.#dials },
        }),
        headers: keyHeaders(this.target),
        limitMs: this.limitMs,
      });
      const outcomes = member(answer.body, "outcomes");
      const eventId = Array.isArray(outcomes) ? member(outcomes[0], "eventId") : undefined;
      if (answer.status >= 300) return `publishing to the canary ended with HTTP ${answer.status}`;
      if (await this.#frame("EVENT", { eventId })) return undefined;
    } catch (error) {
      return `publishing to the canary failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    return "an event published to the canary did not arrive";
  }

  /** Ends its connection; ready() makes another. */
  async end(): Promise<void> {
    await this.#peer?.finish();
  }

  async #frame(type: string, pattern: Readonly<Record<string, unknown>>): Promise<boolean> {
    const found = await this.#transcript.next(
      (entry) =>
        entry.kind === "closed" ||
        (entry.from === "testee" &&
          entry.name === type &&
          isObject(entry.value) &&
          match(pattern, entry.value) === undefined),
      this.limitMs,
    );
    if (!found || found.kind === "closed") return false;
    this.#transcript.take(found);
    return true;
  }
}

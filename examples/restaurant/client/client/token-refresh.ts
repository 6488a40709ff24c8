import type { TokenLife } from "../messages.js";
import { TIMERS } from "../tables.js";
import { doubling } from "./backoff.js";
import type { Port } from "./port.js";

/** AUTH-8: chance moves a refresh earlier by at most this share. */
const JITTER = 0.1;

/** Renews the token of a running session, in band. Only with a token provider. */
export class TokenRefresh {
  readonly #port: Port;
  readonly #hasProvider: boolean;
  /** Numbers of the provider's questions, apart from those for a new connection. */
  #requests = 0;
  #request: number | undefined;
  /** TOKEN_REFRESH is sent and not answered (AUTH-9). */
  #offered = false;
  #failures = 0;

  constructor(port: Port, hasProvider: boolean) {
    this.#port = port;
    this.#hasProvider = hasProvider;
  }

  /** CONNECT or TOKEN_REFRESHED tells how long the token lives. */
  lives(life: TokenLife | undefined): void {
    this.stop();
    if (life === undefined || !this.#hasProvider) return;
    const { timers, now } = this.#port;
    const dueMs = Math.max(life.expiresInMs / 2, life.expiresInMs - life.refreshLeadMs);
    timers.set("tokenRefresh", now, Math.floor(dueMs * (1 - JITTER * this.#port.random())));
  }

  /** It is time to ask the provider. */
  due(timeoutMs: number): void {
    const { timers, now } = this.#port;
    this.#requests -= 1; // below 0, where no generation is
    this.#request = this.#requests;
    timers.set("tokenTimeout", now, timeoutMs);
    this.#port.emit({ type: "requestToken", requestId: this.#request, purpose: "refresh" });
  }

  awaits(requestId: number): boolean {
    return this.#request === requestId;
  }

  /** The question that is open, if any. */
  get request(): number | undefined {
    return this.#request;
  }

  received(token: string): void {
    this.#request = undefined;
    this.#port.timers.clear("tokenTimeout");
    this.#failures = 0;
    this.#offered = true;
    this.#port.send({ type: "TOKEN_REFRESH", token });
  }

  /** AUTH-19: try again while the session lives. */
  failed(problem: string): void {
    const { timers, now, announced } = this.#port;
    this.#request = undefined;
    timers.clear("tokenTimeout");
    const { maxDelayMs } = announced.reconnect;
    timers.set(
      "tokenRefresh",
      now,
      doubling(TIMERS.baseDelayMs.default, this.#failures, maxDelayMs),
    );
    this.#failures += 1;
    this.#port.emit({ type: "notice", notice: { kind: "token_failed", problem } });
  }

  /** ERROR unauthorized: the session lives to its expiry. Says whether it answered an offer. */
  refused(): boolean {
    const answers = this.#offered;
    this.#offered = false;
    return answers;
  }

  stop(): void {
    this.#request = undefined;
    this.#offered = false;
    this.#failures = 0;
    this.#port.timers.clear("tokenRefresh");
    this.#port.timers.clear("tokenTimeout");
  }
}

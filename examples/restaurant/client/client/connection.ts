import type { ServerDisconnectFrame } from "../messages.js";
import type { ClientConnectionInput, ClientConnectionState } from "../tables.js";
import { CLIENT_CONNECTION, CLOSE_CODES, closeRule, TIMERS } from "../tables.js";
import { adviceOf, circuitRest, retryDelay, type ReturnAdvice } from "./backoff.js";
import type { StateChange } from "./effects.js";
import { RunningMachine } from "./machine.js";
import type { Port } from "./port.js";
import type { SessionSettings } from "./settings.js";

/** What the rest of the session does when a connection is over. */
export interface ConnectionHooks {
  /** A connection that had brought CONNECT is over; called before the next state is told. */
  lost(): void;
  /** The client is over; called before that state is told. */
  closed(): void;
}

interface End {
  readonly code: number;
  readonly reason: string;
  /** This client closed the connection for a reason of its own. */
  readonly own: boolean;
}

/** The connection over all its attempts: when to dial, and what an end means. */
export class Connection {
  readonly #machine: RunningMachine<ClientConnectionState, ClientConnectionInput>;
  readonly #port: Port;
  readonly #settings: SessionSettings;
  readonly #hooks: ConnectionHooks;
  #generation = 0;
  /** The socket of the present generation was asked for and is not over. */
  #dialled = false;
  #attempt: number;
  #intentAt = 0;
  #tokenRequest: number | undefined;
  #connectedAt: number | undefined;
  #stable = false;
  /** Retries and failures since the last stable connection. */
  #retries = 0;
  #failures = 0;
  #freshTokenArmed = true;
  #disconnect: ServerDisconnectFrame | undefined;
  /** Until when a retryAfterMs forbids an early attempt. */
  #notBefore = 0;
  #earlyAt: number | undefined;

  constructor(port: Port, settings: SessionSettings, hooks: ConnectionHooks) {
    this.#port = port;
    this.#settings = settings;
    this.#hooks = hooks;
    this.#attempt = settings.firstAttempt - 1;
    this.#machine = new RunningMachine(CLIENT_CONNECTION, (from, input, to) => {
      port.moved({ machine: "clientConnection", subject: "", from, input, to });
    });
  }

  get state(): ClientConnectionState {
    return this.#machine.state;
  }

  get generation(): number {
    return this.#generation;
  }

  accepts(input: ClientConnectionInput): boolean {
    return this.#machine.accepts(input);
  }

  /** An input that changes nothing here. */
  stay(input: ClientConnectionInput): void {
    this.#machine.stay(input);
  }

  /** RECON-17: whether an event of this generation still counts. */
  isCurrent(generation: number): boolean {
    return this.#dialled && generation === this.#generation;
  }

  /** The application wants a session (CONN-5: automatic retries keep counting from here). */
  start(input: "connect" | "resume"): void {
    this.#intentAt = this.#port.now;
    this.#machine.move(input, "connecting");
    this.#dial();
  }

  /** The delay or the rest is over. */
  retry(input: "tick:backoff" | "tick:circuitRest"): void {
    this.#machine.move(input, "connecting");
    this.#dial();
  }

  /** The platform says that the network or the page is back. */
  signal(input: "signal:online" | "signal:visible"): void {
    const { now } = this.#port;
    const tooSoon =
      this.#earlyAt !== undefined && now - this.#earlyAt < TIMERS.earlyAttemptMs.default;
    if (tooSoon || now < this.#notBefore) {
      // RECON-15, RECON-16
      this.#port.emit({ type: "trace", note: `${input} ignored: too early for another attempt` });
      return;
    }
    this.#earlyAt = now;
    this.#machine.move(input, "connecting");
    this.#dial();
  }

  /** Whether this is the answer that the present attempt waits for. */
  awaitsToken(requestId: number): boolean {
    return this.#tokenRequest === requestId;
  }

  tokenReceived(token: string): void {
    this.#machine.move("token:received", "connecting");
    this.#tokenRequest = undefined;
    this.#open(token);
  }

  tokenFailed(problem: string): void {
    this.#port.emit({ type: "notice", notice: { kind: "token_failed", problem } });
    this.#end("token:failed", {
      code: CLOSE_CODES.abnormal,
      reason: "the token provider failed",
      own: true,
    });
  }

  opened(): void {
    this.#machine.move("opened", "connecting");
  }

  /** CONNECT has arrived. */
  connected(): void {
    this.#machine.move("frame:CONNECT", "connected");
    this.#connectedAt = this.#port.now;
    this.#stable = false;
    this.#port.timers.clear("connectTimeout");
    this.#port.timers.set("stable", this.#port.now, this.#port.announced.reconnect.stableAfterMs);
    this.#tell({});
  }

  announceEnd(frame: ServerDisconnectFrame): void {
    this.#machine.stay("frame:DISCONNECT");
    this.#disconnect = frame;
  }

  /** RECON-9: from now on an end is no failure in a row. */
  becomeStable(): void {
    this.#machine.move("tick:stable", "connected");
    this.#markStable();
  }

  ended(code: number, reason: string): void {
    this.#dialled = false;
    this.#end("ended", { code, reason, own: false });
  }

  /** This client gives the connection up for a reason of its own. */
  giveUp(
    input: "ended" | "tick:connectTimeout" | "tick:heartbeatDeadline",
    code: number,
    reason: string,
  ): void {
    this.#close(code, reason);
    this.#end(input, { code, reason, own: true });
  }

  /** Leave on purpose: presence ends at once (MSG-30). */
  leave(input: "suspend" | "disconnect", reason: string | undefined): void {
    const wasConnected = this.state === "connected";
    if (wasConnected) {
      this.#port.send({ type: "DISCONNECT", ...(reason === undefined ? {} : { reason }) });
    }
    this.#close(CLOSE_CODES.normal, reason ?? "");
    this.#forgetAttempt();
    this.#retries = 0;
    this.#machine.move(input, input === "suspend" ? "suspended" : "closed");
    if (wasConnected) this.#hooks.lost();
    if (input === "suspend") {
      this.#tell({});
      return;
    }
    this.#port.timers.clearAll();
    this.#hooks.closed();
    this.#tell({ code: CLOSE_CODES.normal, reason: reason ?? "disconnect" });
  }

  #dial(): void {
    const port = this.#port;
    this.#clearWaits();
    this.#generation += 1;
    port.timers.set("connectTimeout", port.now, this.#settings.connectTimeoutMs); // CONN-20
    this.#tell({});
    const { tokens } = this.#settings;
    if (tokens.kind === "provider") {
      // AUTH-17: every connection with a token of its own
      this.#tokenRequest = this.#generation;
      port.emit({ type: "requestToken", requestId: this.#generation, purpose: "connect" });
      return;
    }
    this.#open(tokens.kind === "fixed" ? tokens.token : undefined);
  }

  #open(token: string | undefined): void {
    const { userId, deviceId, heartbeatMs, connectTimeoutMs } = this.#settings;
    const { now, timers } = this.#port;
    this.#attempt += 1; // CONN-4
    this.#dialled = true;
    timers.set("connectTimeout", now, connectTimeoutMs);
    this.#port.emit({
      type: "open",
      generation: this.#generation,
      userId,
      deviceId,
      attempt: this.#attempt,
      intentAgeMs: Math.max(0, now - this.#intentAt),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(token === undefined ? {} : { token }),
    });
  }

  #close(code: number, reason: string): void {
    if (!this.#dialled) return;
    this.#dialled = false;
    this.#port.emit({ type: "close", generation: this.#generation, code, reason });
  }

  /** RECON-19: the own reason decides, else the code of a DISCONNECT, else the close code. */
  #end(
    input: "ended" | "tick:connectTimeout" | "tick:heartbeatDeadline" | "token:failed",
    end: End,
  ): void {
    const disconnect = this.#disconnect;
    const code = end.own ? end.code : (disconnect?.code ?? end.code);
    const reason = end.own ? end.reason : (disconnect?.reason ?? end.reason);
    const wasConnected = this.state === "connected";
    const afterStable = this.#countEnd();
    const stops = disconnect?.reconnect === false || this.#stops(code); // RECON-28, RECON-29
    const advice = adviceOf(disconnect, closeRule(code).reconnect === "backoff_spread");
    this.#forgetAttempt();
    if (stops) {
      this.#machine.move(input, "closed");
      if (wasConnected) this.#hooks.lost();
      this.#port.timers.clearAll();
      this.#hooks.closed();
      this.#tell({ code, reason });
      return;
    }
    const opens = this.#failures >= this.#port.announced.reconnect.circuitAfter; // RECON-12
    this.#machine.move(input, opens ? "circuit_open" : "backoff");
    if (wasConnected) this.#hooks.lost();
    this.#wait(opens, advice, afterStable, { code, reason });
  }

  /** Count the end; says whether a stable connection came before this retry. */
  #countEnd(): boolean {
    const { now, announced } = this.#port;
    const since = this.#connectedAt;
    if (since !== undefined && now - since >= announced.reconnect.stableAfterMs) this.#markStable();
    if (!this.#stable) this.#failures += 1; // RECON-9
    return this.#stable;
  }

  #markStable(): void {
    this.#stable = true;
    this.#retries = 0;
    this.#failures = 0;
    this.#freshTokenArmed = true; // RECON-26
  }

  #stops(code: number): boolean {
    const hasProvider = this.#settings.tokens.kind === "provider";
    switch (closeRule(code).reconnect) {
      case "stop":
        return true;
      case "token": // RECON-24
        return !hasProvider;
      case "fresh_token_once": {
        const goesOn = hasProvider && this.#freshTokenArmed; // RECON-25
        this.#freshTokenArmed = false;
        return !goesOn;
      }
      case "stop_if_asked": // RECON-23: an end that was asked for never comes here
      case "backoff":
      case "backoff_spread":
        return false;
    }
  }

  #wait(
    resting: boolean,
    advice: ReturnAdvice,
    afterStable: boolean,
    cause: { readonly code: number; readonly reason: string },
  ): void {
    const { now, timers, announced } = this.#port;
    const random = (): number => this.#port.random();
    const retryInMs = resting
      ? circuitRest(announced.reconnect, advice, random)
      : retryDelay(this.#retries, announced.reconnect, advice, afterStable, random);
    this.#retries += 1;
    this.#notBefore = now + advice.retryAfterMs;
    timers.set(resting ? "circuitRest" : "backoff", now, retryInMs);
    this.#tell({ retryInMs, ...cause });
    this.#port.emit({
      type: "notice",
      notice: { kind: "reconnecting", attempt: this.#retries, retryInMs },
    });
  }

  /** What belonged to the attempt alone. */
  #forgetAttempt(): void {
    this.#clearWaits();
    this.#dialled = false;
    this.#tokenRequest = undefined;
    this.#connectedAt = undefined;
    this.#stable = false;
    this.#disconnect = undefined;
    this.#notBefore = 0;
  }

  #clearWaits(): void {
    const { timers } = this.#port;
    for (const name of ["connectTimeout", "stable", "backoff", "circuitRest"] as const) {
      timers.clear(name);
    }
  }

  #tell(more: Omit<StateChange, "state" | "attempt">): void {
    this.#port.emit({
      type: "state",
      state: { state: this.state, attempt: this.#retries, ...more },
    });
  }
}

import type { Fact, Violation, WireFrame } from "../history.js";
import type { WorldPlan } from "../plan.js";

/** What the server announced in the last CONNECT; before the first one, the defaults of the contract. */
interface Announced {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  readonly firstSpreadMs: number;
  readonly stableAfterMs: number;
  readonly circuitAfter: number;
  readonly circuitRestMs: number;
}

interface Watch {
  state: string;
  generation: number;
  /** A DISCONNECT came on this connection. */
  isAnnounced: boolean;
  announced: Announced;
  retries: number;
  connectedAt: number | undefined;
  wasStable: boolean;
  /** Bounds of the DISCONNECT of this connection. */
  retryAfterMs: number;
  spreadMs: number;
  /** The instant of the next dial, where one was declared. */
  dialAt: number | undefined;
}

const DEFAULTS: Announced = {
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  jitter: 0.5,
  firstSpreadMs: 3_000,
  stableAfterMs: 5_000,
  circuitAfter: 10,
  circuitRestMs: 60_000,
};
const ROUNDING_MS = 1;

/**
 * Judges reconnecting: each declared delay lies within the announced bounds (RECON-1, RECON-3, RECON-12)
 * and the next dial comes when it was declared (LIB-5), unless a signal or the application came between.
 */
export class ReconnectChecker {
  readonly violations: Violation[] = [];
  readonly #watches = new Map<string, Watch>();

  constructor(readonly plan: WorldPlan) {}

  see(fact: Fact): void {
    if (!("client" in fact) || fact.fact === "presenceSeen") return;
    const watch = this.#watch(fact.client, fact.life);
    switch (fact.fact) {
      case "frameIn":
        if (isHeard(watch, fact.generation)) hear(watch, fact.at, fact.frame);
        return;
      case "ended":
        // RECON-6: a drain that no DISCONNECT announced
        if (isHeard(watch, fact.generation) && fact.code === 4002 && !watch.isAnnounced) {
          watch.spreadMs = 5_000;
        }
        return;
      case "state":
        this.#state(fact, watch);
        return;
      case "dialled":
        // A token is asked for first, and may take its time.
        if (this.plan.clients[fact.client]?.tokens === undefined) this.#begun(fact, watch);
        watch.generation = fact.generation;
        return;
      case "resumed":
        // Asking again while it tries already changes nothing.
        if (watch.state === "idle" || watch.state === "suspended") watch.retries = 0;
        return;
      case "signalled":
      case "suspended":
      case "stopped":
      case "woken":
        watch.dialAt = undefined;
        return;
      default:
        return;
    }
  }

  #state(fact: Extract<Fact, { fact: "state" }>, watch: Watch): void {
    watch.state = fact.state;
    if (fact.state === "connecting") this.#begun(fact, watch);
    if (fact.state !== "backoff" && fact.state !== "circuit_open") return;
    const { announced, connectedAt } = watch;
    watch.wasStable = connectedAt !== undefined && fact.at - connectedAt >= announced.stableAfterMs;
    if (watch.wasStable) watch.retries = 0;
    watch.connectedAt = undefined;
    const { retryInMs } = fact;
    if (retryInMs === undefined) {
      this.#blame("LIB-5", fact, `${fact.state} without retryInMs`);
      return;
    }
    const [least, most] = fact.state === "backoff" ? backoffBounds(watch) : restBounds(watch);
    if (retryInMs < least - ROUNDING_MS || retryInMs > most + ROUNDING_MS) {
      const requirement = fact.state === "backoff" ? "RECON-1" : "RECON-12";
      const bounds = `${Math.round(least)} to ${Math.round(most)}`;
      this.#blame(requirement, fact, `${fact.state} of ${retryInMs} ms, bounds are ${bounds}`);
    }
    watch.retries += 1;
    watch.dialAt = fact.at + retryInMs;
  }

  /** The wait before an attempt is over. */
  #begun(fact: { readonly at: number; readonly client: number }, watch: Watch): void {
    if (watch.dialAt !== undefined && Math.abs(fact.at - watch.dialAt) > ROUNDING_MS) {
      this.#blame("LIB-5", fact, `dialled at ${fact.at}, declared was ${watch.dialAt}`);
    }
    watch.dialAt = undefined;
    watch.retryAfterMs = 0;
    watch.spreadMs = 0;
    watch.isAnnounced = false;
    watch.connectedAt = undefined;
  }

  #watch(client: number, life: number): Watch {
    const key = `${client} ${life}`;
    const known = this.#watches.get(key);
    if (known !== undefined) return known;
    const watch: Watch = {
      state: "idle",
      generation: 0,
      isAnnounced: false,
      announced: DEFAULTS,
      retries: 0,
      connectedAt: undefined,
      wasStable: false,
      retryAfterMs: 0,
      spreadMs: 0,
      dialAt: undefined,
    };
    this.#watches.set(key, watch);
    return watch;
  }

  #blame(
    requirement: string,
    fact: { readonly at: number; readonly client: number },
    problem: string,
  ): void {
    this.violations.push({ requirement, at: fact.at, client: fact.client, problem });
  }
}

/** States in which the last attempt is over: what still comes of it binds nobody (RECON-17). */
const AT_REST: readonly string[] = ["suspended", "closed", "backoff", "circuit_open"];

function isHeard(watch: Watch, generation: number): boolean {
  return generation === watch.generation && !AT_REST.includes(watch.state);
}

/** Only the first CONNECT of an attempt counts (CONN-19). */
function hear(watch: Watch, at: number, frame: WireFrame): void {
  const isFirst = watch.connectedAt === undefined && isSpoken(frame.protocolVersion);
  if (frame.type === "CONNECT" && isFirst) {
    watch.announced = frame.reconnect as Announced;
    watch.connectedAt = at;
  }
  if (frame.type === "DISCONNECT") announceEnd(watch, frame);
}

function isSpoken(version: unknown): boolean {
  return typeof version !== "string" || version.startsWith("1.");
}

function announceEnd(watch: Watch, frame: Readonly<Record<string, unknown>>): void {
  const retryAfterMs = frame.retryAfterMs as number | undefined;
  const assumed =
    frame.code === 4002 ? 5_000 : retryAfterMs === undefined ? 0 : Math.max(5_000, retryAfterMs);
  watch.isAnnounced = true;
  watch.retryAfterMs = retryAfterMs ?? 0;
  watch.spreadMs = (frame.spreadMs as number | undefined) ?? assumed;
}

function backoffBounds(watch: Watch): readonly [number, number] {
  const { announced, retryAfterMs, spreadMs } = watch;
  const { baseDelayMs, maxDelayMs, jitter, firstSpreadMs } = announced;
  const delay = Math.min(maxDelayMs, baseDelayMs * 2 ** watch.retries);
  const least = Math.max(delay * (1 - jitter), retryAfterMs);
  const most = Math.max(delay, retryAfterMs) + spreadMs + (watch.wasStable ? firstSpreadMs : 0);
  return [least, most];
}

function restBounds(watch: Watch): readonly [number, number] {
  const { announced, retryAfterMs, spreadMs } = watch;
  const { circuitRestMs, jitter } = announced;
  return [
    Math.max(circuitRestMs * (1 - jitter), retryAfterMs),
    Math.max(circuitRestMs, retryAfterMs) + spreadMs,
  ];
}

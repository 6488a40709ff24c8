import { LIMITS, TIMERS, type Bounded } from "../generated/typescript/tables.js";
import type { AuthOptions } from "./auth.js";
import { within, withinOrDefault } from "./bounds.js";
import { contractNames, type EventContract } from "./event-contract.js";
import { checkedMessageLimits, type MessageClass, type MessageLimit } from "./message-limits.js";
import { checkedOrigins, type Origins } from "./origins.js";
import { EVENT_NAME, MODULE_NAME, scopeFault } from "./scope-rule.js";
import { SERVER_NUMBERS } from "./server-numbers.js";
import { checkedList, isObject } from "./shapes.js";
import type { SessionPolicy } from "./stores/store.js";
import { UsageError } from "./usage-error.js";

export type TimerName = keyof typeof TIMERS;
export type LimitName = keyof typeof LIMITS;

/** What the protocol part of a server is told. Everything has a default but `auth`. */
export interface ProtocolOptions {
  readonly auth: AuthOptions;
  /** Event name to module (ROUTE-4). An event that is not named here is refused. */
  readonly events?: Readonly<Record<string, string>>;
  /** Names of the events that clients may send; default those of `events` (MSG-34). */
  readonly clientEvents?: readonly string[];
  /** The application's events with the checks of their payloads, in place of `events` and `clientEvents`. */
  readonly contract?: EventContract;
  /** Which of a user's sessions stays; default `replace`. */
  readonly sessionPolicy?: SessionPolicy;
  /** Overrides of `timers` in spec/policy.yaml, milliseconds. */
  readonly timers?: Partial<Readonly<Record<TimerName, number>>>;
  /** Overrides of `limits` in spec/policy.yaml, in their units. */
  readonly limits?: Partial<Readonly<Record<LimitName, number>>>;
  /** Limits of kinds of messages, by the name of an event or of a class; beside `limits.messagesPerMinute`. */
  readonly messageLimits?: Readonly<Record<string, MessageLimit>>;
  /**
   * Origins of the pages that may connect and use HTTP (AUTH-18), or a list for each environment; default
   * any in mode none, none otherwise. `*` is any.
   */
  readonly origins?: Origins;
  /** Which list of `origins` holds; needed where they are given for each environment. */
  readonly environment?: string;
  /** Addresses exempt from the limit of connections per address; default the loopback addresses. */
  readonly trustedAddresses?: readonly string[];
  /** Key that /v1/ requests carry as `Authorization: Bearer` or `X-Api-Key`, 8 to 256 characters. Without one only loopback may use /v1/. */
  readonly apiKey?: string;
  /** Unsent bytes at which a session's live delivery pauses; default 1 MiB, 16 KiB to 16 MiB. */
  readonly congestedBytes?: number;
}

/** Validated settings. */
export interface Settings {
  readonly auth: AuthOptions;
  readonly events: ReadonlyMap<string, string>;
  readonly clientEvents: ReadonlySet<string>;
  readonly contract: EventContract | undefined;
  readonly sessionPolicy: SessionPolicy;
  readonly timers: Readonly<Record<TimerName, number>>;
  readonly limits: Readonly<Record<LimitName, number>>;
  readonly messageClasses: readonly MessageClass[];
  readonly origins: readonly string[];
  readonly trustedAddresses: readonly string[];
  readonly apiKey: string | undefined;
  readonly congestedBytes: number;
}

const LOOPBACK = ["127.0.0.1", "::1"];
const POLICIES: readonly SessionPolicy[] = ["replace", "reject", "allow"];

/** Where a server may be set lower than clients may wish: a server under test is (LIVE-7). */
export const TIMER_MINIMA: Partial<Readonly<Record<TimerName, number>>> = {
  heartbeatIntervalMs: 1,
};

/**
 * Checks every setting.
 * @throws UsageError that names the setting, what is wrong and what is allowed
 */
export function validateOptions(options: ProtocolOptions): Settings {
  const { auth, sessionPolicy = "replace", apiKey } = options;
  if (!POLICIES.includes(sessionPolicy)) {
    throw new UsageError(`sessionPolicy is "${sessionPolicy}"; allowed is ${POLICIES.join(", ")}`);
  }
  if (
    apiKey !== undefined &&
    (typeof apiKey !== "string" || apiKey.length < 8 || apiKey.length > 256)
  ) {
    throw new UsageError("apiKey has a wrong length; allowed is 8 to 256 characters");
  }
  checkAuth(auth);
  const { contract } = options;
  const named = contract === undefined ? options : contractNames(contract, options);
  const events = checkedEvents(named.events ?? {});
  const clientEvents = checkedClientEvents(named.clientEvents ?? [...events.keys()]);
  const anyOrigin = auth.mode === "none" ? ["*"] : [];
  return {
    auth,
    events,
    clientEvents,
    contract,
    sessionPolicy,
    timers: numbers("timers", TIMERS, options.timers ?? {}, TIMER_MINIMA),
    limits: checkedLimits(options.limits ?? {}),
    messageClasses: checkedMessageLimits(options.messageLimits ?? {}, clientEvents),
    origins: checkedOrigins(options.origins ?? anyOrigin, options.environment),
    trustedAddresses: checkedList("trustedAddresses", options.trustedAddresses ?? LOOPBACK),
    apiKey,
    congestedBytes: withinOrDefault(
      "congestedBytes",
      options.congestedBytes,
      SERVER_NUMBERS.congestedBytes,
    ),
  };
}

/** True for an address of this machine itself. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.includes(address) || address.startsWith("127.");
}

function checkAuth(auth: AuthOptions): void {
  const given: unknown = auth;
  if (!isObject(given)) throw new UsageError("auth is missing; give it a mode, none or jwt");
  if (given.mode !== "none" && given.mode !== "jwt") {
    throw new UsageError(`auth.mode is ${JSON.stringify(given.mode)}; allowed is none, jwt`);
  }
  if (auth.mode === "jwt") return;
  for (const name of ["scopes", "modules"]) {
    if (!Array.isArray(given[name])) {
      throw new UsageError(`auth.${name} is missing or not a list; mode none needs it`);
    }
  }
  for (const scope of auth.scopes) {
    const fault = scopeFault(scope);
    if (fault !== undefined) {
      throw new UsageError(`auth.scopes holds ${JSON.stringify(scope)}; allowed is ${fault}`);
    }
  }
  for (const module of auth.modules) checkModule("auth.modules", module);
  const streams = auth.scopes.length * auth.modules.length + 1;
  const most = LIMITS.streamsPerSession.default;
  if (streams > most) {
    throw new UsageError(
      `auth.scopes and auth.modules make ${streams} streams a session; allowed is at most ${most}`,
    );
  }
}

function checkedEvents(events: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  if (!isObject(events)) throw new UsageError("events is not a mapping of event names to modules");
  for (const [event, module] of Object.entries(events)) {
    if (!EVENT_NAME.test(event)) {
      throw new UsageError(`events has the name "${event}"; allowed is ${EVENT_NAME.source}`);
    }
    checkModule(`events.${event}`, module);
  }
  return new Map(Object.entries(events));
}

function checkedClientEvents(names: readonly string[]): ReadonlySet<string> {
  for (const name of checkedList("clientEvents", names)) {
    if (!EVENT_NAME.test(name)) {
      throw new UsageError(`clientEvents has the name "${name}"; allowed is ${EVENT_NAME.source}`);
    }
  }
  return new Set(names);
}

function checkModule(setting: string, module: unknown): void {
  if (typeof module !== "string" || !MODULE_NAME.test(module)) {
    throw new UsageError(
      `${setting} holds ${JSON.stringify(module)}; allowed is ${MODULE_NAME.source}`,
    );
  }
}

/** FRAME-24: an event or a page must fit a server frame, with room for what stands around it. */
const MOST_CONTENT_BYTES = LIMITS.serverFrameBytes.default - 8_192;

function checkedLimits(
  given: Partial<Readonly<Record<LimitName, number>>>,
): Readonly<Record<LimitName, number>> {
  const limits = numbers("limits", LIMITS, given, {});
  const content = { min: 1, max: MOST_CONTENT_BYTES };
  within("limits.payloadBytes", limits.payloadBytes, content);
  within("limits.pageBytes", limits.pageBytes, content);
  return limits;
}

function numbers<Name extends string>(
  section: string,
  table: Readonly<Record<Name, Bounded>>,
  given: Partial<Readonly<Record<Name, number>>>,
  lowest: Partial<Readonly<Record<Name, number>>>,
): Readonly<Record<Name, number>> {
  if (!isObject(given)) throw new UsageError(`${section} is not a mapping of names to numbers`);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) throw new UsageError(`${section}.${name} is not a setting`);
  }
  const chosen: Partial<Record<Name, number>> = {};
  for (const name of Object.keys(table) as Name[]) {
    const bounds = { ...table[name], ...(lowest[name] === undefined ? {} : { min: lowest[name] }) };
    chosen[name] = within(`${section}.${name}`, given[name] ?? bounds.default, bounds);
  }
  return chosen as Record<Name, number>;
}

// A case as data. case.schema.json is the same thing for other runners, and what files are judged by.

import type { HostileKind } from "../hostile/frame.js";
import type { JsonObject } from "../json.js";

export type Tier = "driven" | "server" | "wire";
export type CaseLevel = "MUST" | "SHOULD";

export const MONITORS = [
  "frames_valid",
  "frame_limits",
  "silent_before_connect",
  "dials_valid",
  "dense_delivery",
  "legal_states",
  "credit",
  "one_sync_request",
  "results_once",
  "kept_delays",
  "first_frame",
  "dense_events",
  "pages_bounded",
  "heads_repeated",
  "final_answers",
  "closes_announced",
  "errors_by_table",
  "presence_chain",
  "quiet_errors",
] as const;

/** A rule that is watched during every case of a tier. */
export type MonitorName = (typeof MONITORS)[number];

/** What the wire tier watches over all connections of a run (wire-tier/standing/). */
export const STANDING_RULES = [
  "dials_with_user",
  "offers_v1",
  "device_id",
  "attempt_rises",
  "intent_age_rises",
  "token_out_of_url",
  "token_every_time",
  "json_frames",
  "named_types",
  "known_types",
  "message_ids",
  "silent_before_connect",
  "credit",
  "one_sync_request",
  "heartbeat_interval",
  "first_heartbeat_random",
  "delays_random",
  "pongs",
  "presence_repeated",
  "frames_within_limit",
  "messages_resent",
  "returns",
] as const;

export type StandingRule = (typeof STANDING_RULES)[number];

/** What a step looks for. Exactly one of the kinds; `where` narrows it. */
export interface Selector {
  readonly frame?: string;
  readonly report?: string;
  readonly dial?: true;
  readonly opened?: true;
  readonly refused?: true;
  readonly closed?: true;
  readonly text?: string;
  readonly ping?: true;
  readonly reply?: string;
  /** The end of the server's process (server tier). */
  readonly exited?: true;
  readonly on?: string;
  readonly where?: JsonObject;
}

export interface ExpectStep extends Selector {
  /** Pattern of the selected entry (match.ts). */
  readonly with?: JsonObject;
  /** Patterns of as many entries in a row. */
  readonly each?: readonly JsonObject[];
  /** Entries from before this labelled step do not count. */
  readonly since?: string;
  /** Hang limit. Never a judgement of speed. */
  readonly within?: number;
  /** The entry may not come sooner than this after a labelled step. */
  readonly notBefore?: { readonly ms: number; readonly after: string };
}

export interface NeverStep extends Selector {
  readonly since?: string;
  /** Whether a fence comes first (the default): without one nothing proves that the testee had its turn. */
  readonly fence?: boolean;
}

export interface AcceptStep {
  readonly as?: string;
  /** Members of CONNECT beside the defaults; false sends none. */
  readonly connect?: JsonObject | false;
  /** Subprotocol to select; null selects none. Default: latido.v1 where it was offered. */
  readonly protocol?: string | null;
  /** Answers the upgrade with this HTTP status instead. */
  readonly refuse?: number;
  readonly within?: number;
  readonly notBefore?: { readonly ms: number; readonly after: string };
  /**
   * Frame types that the scripted server answers by itself: HEARTBEAT, and a REQUEST_SYNC from the very head
   * that CONNECT announced while nothing newer was said of that stream. Default: both.
   */
  readonly auto?: readonly string[];
}

export interface SendStep {
  readonly frame?: JsonObject;
  readonly frames?: readonly JsonObject[];
  readonly on?: string;
  /** Cuts the message into this many WebSocket fragments. */
  readonly pieces?: number;
  /** Set where a frame breaks its schema on purpose. */
  readonly invalid?: boolean;
}

export interface RawStep {
  readonly on?: string;
  /** One text message as it stands. */
  readonly text?: string;
  /** One text message of this many characters, `x` unless `fill` says otherwise. */
  readonly size?: number;
  readonly fill?: string;
  /** One binary message, in hexadecimal. */
  readonly binary?: string;
  /** One text message of these bytes, in hexadecimal: UTF-8 or not. */
  readonly textBytes?: string;
  /** Bytes on the TCP connection, in hexadecimal, under no WebSocket frame at all. */
  readonly bytes?: string;
  readonly times?: number;
}

export interface DialStep {
  readonly as?: string;
  readonly user?: string;
  readonly query?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly autoPong?: boolean;
  /** Whether CONNECT is awaited as a precondition (the default). */
  readonly connected?: boolean;
  /** Where the server wants tokens: one as it stands, one to make, or false for none. Default: a good one. */
  readonly token?: false | string | Omit<TokenStep, "as">;
  /** Where the token travels. Default: header. */
  readonly via?: "header" | "protocol" | "query";
}

/**
 * What is wrong with a token: signed by a stranger, with another algorithm, with none, changed after it was
 * signed, or no token at all.
 */
export type TokenFault = "wrong_key" | "other_algorithm" | "none" | "tampered" | "malformed";

/** A token to make; it becomes the variable `as`. */
export interface TokenStep {
  readonly as: string;
  /** Claim `sub`. Default: the user of the dial, or $user. */
  readonly user?: string;
  /** Over the usual ones: sub, exp, scopes, modules. {$omit: true} leaves one out. */
  readonly claims?: JsonObject;
  /** Life from now, rounded up to whole seconds; below 0 for one that has expired. Default: an hour. */
  readonly expiresInMs?: number;
  readonly fault?: TokenFault;
}

export interface PublishStep {
  readonly as?: string;
  readonly scope?: JsonObject;
  readonly scopes?: readonly JsonObject[];
  readonly event?: string;
  readonly payload?: unknown;
  readonly idempotencyKey?: string;
  readonly times?: number;
}

/** Asks for what follows a position, page by page, to the end; the outcome is a reply called `as`. */
export interface SyncStep {
  readonly as: string;
  readonly on?: string;
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
}

export interface HttpStep {
  readonly as: string;
  readonly method?: string;
  readonly path: string;
  /** By an address of this machine that is not loopback (needs outside). */
  readonly outside?: boolean;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Malformed frames by the schemas and the seed of the case (conformance/hostile). */
export interface HostileStep {
  /** Default: all that mean something to the testee. */
  readonly kinds?: readonly HostileKind[];
  readonly count: number;
  /** Client tier: the connection that sends them. The server tier dials its own. */
  readonly on?: string;
}

/** Rounds of what chance decides: one of them must hold (uniform draws, for example). */
export interface SomeStep {
  readonly times: number;
  readonly steps: readonly Step[];
}

/** Signals that a case may send to a server that the suite started. */
export type ServerSignal = "SIGTERM" | "SIGINT" | "SIGKILL";

export interface StepArguments {
  readonly drive: Readonly<Record<string, JsonObject>>;
  readonly accept: AcceptStep;
  readonly dial: DialStep;
  readonly token: TokenStep;
  readonly send: SendStep;
  readonly raw: RawStep;
  readonly end: { readonly on?: string; readonly code?: number; readonly reason?: string };
  readonly drop: { readonly on?: string };
  /** `forMs`: stays stalled for so long, then reads again. */
  readonly stall: { readonly on?: string; readonly off?: boolean; readonly forMs?: number };
  /** Answers the last ping by hand (a dial with autoPong false). */
  readonly pong: { readonly on?: string };
  readonly publish: PublishStep;
  readonly http: HttpStep;
  readonly sync: SyncStep;
  readonly hostile: HostileStep;
  /** Sends a signal to the server, and does not wait. */
  readonly signal: { readonly name: ServerSignal };
  /** Ends the server by a signal (default SIGTERM), waits for its end and starts it again. */
  readonly restart: { readonly by?: ServerSignal };
  readonly expect: ExpectStep;
  readonly never: NeverStep;
  readonly observe: ExpectStep;
  readonly fence: { readonly on?: string };
  readonly some: SomeStep;
}

export type Verb = keyof StepArguments;

export const VERBS = [
  "drive",
  "accept",
  "dial",
  "token",
  "send",
  "raw",
  "end",
  "drop",
  "stall",
  "pong",
  "publish",
  "http",
  "sync",
  "hostile",
  "signal",
  "restart",
  "expect",
  "never",
  "observe",
  "fence",
  "some",
] as const satisfies readonly Verb[];

/** One verb with its arguments, and what may stand beside it. */
export type Step = Partial<StepArguments> & {
  readonly label?: string;
  /** Requirements that this very check binds; default: those of the case. */
  readonly requirement?: string | readonly string[];
  readonly note?: string;
};

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly string[];
  readonly role: "client" | "server";
  readonly tier: Tier;
  readonly level: CaseLevel;
  readonly since: string;
  /** Capabilities without which the case cannot run. */
  readonly needs: readonly string[];
  readonly clock: "real" | "virtual";
  /** Settings that the server runs with (conformance/profiles); cases of clients have `open`. */
  readonly profile: string;
  readonly vars: JsonObject;
  readonly steps: readonly Step[];
  /** Instead of steps: a rule that is watched during the whole run (wire tier only). */
  readonly standing?: StandingRule;
  readonly unwatched: readonly MonitorName[];
  readonly file: string;
}

/** The steps of a case, those inside of others included. */
export function everyStep(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...everyStep(step.some?.steps ?? [])]);
}

export function verbOf(step: Step): Verb {
  const verb = VERBS.find((each) => Object.hasOwn(step, each));
  if (verb === undefined) throw new Error("a step names no verb");
  return verb;
}

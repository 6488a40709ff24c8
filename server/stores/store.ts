import type { RefreshReason } from "./sync-decision.js";

/** A value now, or later from a store that is reached over a network. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * What several server instances share. Every method is one atomic step of the store; times are the
 * store's own, so that instances need not agree about clocks.
 */
export interface Store {
  readonly log: EventLog;
  readonly sessions: SessionRegistry;
  readonly presence: PresenceStore;
  readonly acks: AckStore;
  /**
   * Ends what has run out: graces, held statuses, old history, leases. Any instance may call it at any
   * time; it answers in how many milliseconds it wants to be called again.
   */
  maintain(): Awaitable<number>;
  /** True while the store answers. */
  healthy(): boolean;
  /** For metrics, where it is known without asking anybody. */
  size?(): StoreSize;
  close(): Awaitable<void>;
}

/** How much a store holds; what stands for its history may be a second old. */
export interface StoreSize {
  readonly streams: number;
  readonly outcomes: number;
  readonly historyEvents: number;
  readonly historyBytes: number;
}

/** The newest place of a stream. */
export interface StreamHeadState {
  readonly epoch: string;
  readonly headId: number;
}

/** One event as it stands in the log. */
export interface LoggedEvent {
  readonly stream: string;
  readonly epoch: string;
  readonly eventId: number;
  /** The whole EVENT frame, UTF-8 JSON. Never written to again. */
  readonly frame: Uint8Array;
}

/** Proof of being the registered session; compared for equality only (SESS-16). */
export interface Fence {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: string;
}

export interface AppendRequest {
  readonly stream: string;
  readonly timestamp: string;
  /** The members of the EVENT frame after eventId, as JSON without braces. */
  readonly members: string;
  /** The user whose UUID dedupKey is, apart from those of others; absent: any text of the application. */
  readonly dedupOwner?: string | undefined;
  /** Under which the outcome is remembered for 2 × dedupWindowMs; none: no deduplication. */
  readonly dedupKey?: string | undefined;
  readonly publicationId?: string | undefined;
  /** Refused as `fenced` when this session is not the registered one any more. */
  readonly fence?: Fence;
}

export interface Appended {
  readonly kind: "appended" | "duplicate";
  readonly stream: string;
  readonly epoch: string;
  readonly eventId: number;
  readonly publicationId?: string | undefined;
}

/** A message that the application took and for which no event was published. */
export interface Settled {
  readonly kind: "appended" | "duplicate";
  readonly stream?: undefined;
  readonly epoch?: undefined;
  readonly eventId?: undefined;
}

export type AppendOutcome = Appended | Settled | { readonly kind: "fenced" };

/** A message whose outcome is to be remembered without an event. */
export interface SettleRequest {
  readonly dedupOwner: string;
  readonly dedupKey: string;
  readonly fence: Fence;
}

export interface PageLimits {
  readonly pageEvents: number;
  readonly pageBytes: number;
  readonly pages: number;
}

/** Answer to "what follows this position". */
export type SyncAnswer =
  | {
      readonly kind: "page";
      readonly epoch: string;
      readonly headId: number;
      /** The page's last id; the asked id where the page is empty. */
      readonly lastId: number;
      /** EVENT frames joined by commas; empty where nothing follows. */
      readonly events: Uint8Array;
    }
  | {
      readonly kind: "refresh";
      readonly epoch: string;
      readonly headId: number;
      readonly reason: RefreshReason;
    };

export interface EventLog {
  /** Epoch and head of each stream, in order; a stream that is new is minted (STREAM-2). */
  heads(streams: readonly string[]): Awaitable<readonly StreamHeadState[]>;
  append(request: AppendRequest): Awaitable<AppendOutcome>;
  /** The outcome remembered under a key, without appending. */
  recall(
    dedupOwner: string | undefined,
    dedupKey: string,
  ): Awaitable<Appended | Settled | undefined>;
  /** Remembers a message as accepted without an event, in one step with the look at its fence. */
  settle(request: SettleRequest): Awaitable<AppendOutcome>;
  readAfter(
    stream: string,
    position: { readonly epoch: string; readonly lastEventId: number },
    limits: PageLimits,
  ): Awaitable<SyncAnswer>;
  /** Sets the floor at the head: every lower position is answered `invalidated`. */
  invalidate(stream: string): Awaitable<StreamHeadState>;
  /** For metrics, where it is known at once: how long ago an event was appended, milliseconds. */
  ageOf?(stream: string, eventId: number): number | undefined;
  /** Tells of each append and each floor, in the order of the log, to every instance. */
  subscribe(listener: LogListener): () => void;
}

export interface LogListener {
  appended(event: LoggedEvent): void;
  invalidated(stream: string, head: StreamHeadState): void;
}

export type SessionPolicy = "replace" | "reject" | "allow";

export interface SessionClaim {
  readonly userId: string;
  readonly sessionId: string;
  readonly deviceId?: string | undefined;
  readonly attempt?: number | undefined;
  readonly intentAgeMs: number;
  /** The new socket has answered a ping (SESS-10). */
  readonly proven: boolean;
  /** An older session that did not prove its life in time and may be displaced (SESS-5). */
  readonly displace?: string | undefined;
}

export type ClaimResult =
  /** Registered. Those replaced have been told through `subscribe`. */
  | { readonly kind: "admitted"; readonly generation: string }
  /** Would take a session's place: claim again when the socket has ponged. */
  | { readonly kind: "prove" }
  /** A newer dial of the same device (SESS-9) or a newer intent (SESS-1) is registered. */
  | { readonly kind: "outdated" }
  /** Policy reject: this older session of the user must be asked for a sign of life. */
  | { readonly kind: "occupied"; readonly sessionId: string };

export interface SessionRegistry {
  claim(claim: SessionClaim, policy: SessionPolicy): Awaitable<ClaimResult>;
  /**
   * Renews leases and registers again those that are gone. A session that was registered again may have
   * been taken for dead meanwhile, and has to enter presence anew.
   */
  renew(sessions: readonly RenewedSession[], policy: SessionPolicy): Awaitable<Renewal>;
  /** Frees the entry if it is still this session's (SESS-18). */
  release(fence: Fence): Awaitable<void>;
  /** Asks the instance that holds the session to ping it. */
  probe(sessionId: string): void;
  /** Answers a probe. */
  alive(sessionId: string): void;
  subscribe(listener: RegistryListener): () => void;
}

/** SessionIds for which a renewal was more than that. */
export interface Renewal {
  /** Another session has taken the place (SESS-14). */
  readonly lost: readonly string[];
  /** The entry was gone and is there again (SESS-15). */
  readonly again: readonly string[];
}

export interface RenewedSession extends Fence {
  readonly deviceId?: string | undefined;
  readonly attempt?: number | undefined;
  readonly intentAgeMs: number;
}

export interface RegistryListener {
  replaced(sessionId: string): void;
  probed(sessionId: string): void;
  proved(sessionId: string): void;
}

export interface PresenceEntry {
  readonly fence: Fence;
  readonly deviceId?: string | undefined;
  readonly groups: readonly string[];
}

/** A user as a group shows them. */
export interface ShownMember {
  readonly userId: string;
  readonly status: string;
  /** metadata as JSON text. */
  readonly metadata?: string | undefined;
}

export interface GroupVersion {
  readonly epoch: string;
  readonly version: number;
  readonly memberCount: number;
}

export interface GroupLook extends GroupVersion {
  readonly members: readonly (ShownMember | undefined)[];
}

export interface GroupList extends GroupVersion {
  readonly members: readonly ShownMember[];
}

export interface PresenceStore {
  /** Enters a session; a user who is new is held for `holdMs` or until the first update (PRES-26). */
  enter(entry: PresenceEntry, holdMs: number): Awaitable<void>;
  update(fence: Fence, status: string, metadata: string | undefined): Awaitable<void>;
  /** Replaces the groups of a session. */
  regroup(fence: Fence, groups: readonly string[]): Awaitable<void>;
  /** Removes the entry after `graceMs`, unless the user is back by then. */
  leave(fence: Fence, graceMs: number): Awaitable<void>;
  version(group: string): Awaitable<GroupVersion>;
  /** How a group shows these users; undefined for one who is not present. */
  look(group: string, userIds: readonly string[]): Awaitable<GroupLook>;
  /** The members in the order in which they came, at most `limit`. */
  list(group: string, limit: number): Awaitable<GroupList>;
  /** Tells of each change of a group: of whom, and the version that it made. */
  subscribe(listener: PresenceListener): () => void;
}

export type PresenceListener = (group: string, userId: string, version: number) => void;

export interface AckStore {
  /** Keeps the maximum per user, device, stream and epoch (ACK-5). */
  acknowledge(
    fence: Fence,
    deviceId: string | undefined,
    position: AckedPosition,
  ): Awaitable<AckOutcome>;
  /** The acknowledged id in the stream's current epoch, in order; undefined without any. */
  acknowledged(
    userId: string,
    deviceId: string | undefined,
    positions: readonly { readonly stream: string; readonly epoch: string }[],
  ): Awaitable<readonly (number | undefined)[]>;
}

/**
 * `known`: not beyond what is kept already. `ignored`: another epoch (ACK-6) or a session that is not
 * registered any more (SESS-17).
 */
export type AckOutcome = "kept" | "known" | "ignored" | "beyond_head";

export interface AckedPosition {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
}

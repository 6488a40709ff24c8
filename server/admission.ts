import { CLOSE_CODES } from "../generated/typescript/tables.js";
import type { ConnectQuery } from "../generated/typescript/messages.js";
import { Audiences, type Seats } from "./audiences.js";
import type { Authenticate, Identity, Verdict } from "./auth.js";
import { whenDone } from "./awaiting.js";
import type { Settings } from "./config.js";
import { flat } from "./flat.js";
import type { AnnouncedHead } from "./frames.js";
import type { Link } from "./link.js";
import type { UserRates } from "./rates.js";
import type { Grant, Refusal } from "./session-input.js";
import type { ClaimResult, Store } from "./stores/store.js";
import type { Usages } from "./usages.js";

/** What a dial said, or why it is refused before anybody is asked. */
export type Dial =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | {
      readonly kind: "dialled";
      readonly query: ConnectQuery;
      readonly token: string | undefined;
      readonly remoteAddress: string;
    };

/** What admission needs of its server. */
export interface AdmissionEnvironment {
  readonly settings: Settings;
  readonly store: Store;
  readonly rates: UserRates;
  readonly audiences: Audiences;
  readonly authenticate: Authenticate;
  readonly now: () => number;
  readonly wallTime: () => number;
  readonly uuid: () => string;
  /** RECON-4 */
  readonly firstSpreadMs: () => number;
  readonly usages: Usages;
  /** Asks for a sign of life of an older session; `proved` is told when it comes. */
  readonly probe: (sessionId: string, admission: Admission) => void;
  readonly forgetProbe: (sessionId: string, admission: Admission) => void;
  readonly after: (ms: number, act: () => void) => void;
  /** Takes the place in the streams; events are held until the grant is given. */
  readonly seat: (link: Link, seats: Seats) => void;
  readonly registered: (link: Link) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Finds out whether a connection may have a session, and with what: authorises, registers, takes its
 * seats, then reads the heads, in this order, so that no event falls between heads and delivery (CONN-27).
 */
export class Admission {
  #identity: Identity | undefined;
  #isProven = false;
  #wantsProof = false;
  #askedOf: string | undefined;
  #displace: string | undefined;

  constructor(
    private readonly environment: AdmissionEnvironment,
    private readonly link: Link,
    private readonly dial: Dial,
  ) {}

  start(): void {
    const { dial, environment } = this;
    if (dial.kind === "refused") {
      this.#refuse(dial.refusal);
      return;
    }
    const { query, token, remoteAddress } = dial;
    const refusal = environment.usages.addressRefusal(remoteAddress, environment.now());
    if (refusal !== undefined) {
      this.#refuse(refusal); // LIMIT-7
      return;
    }
    const { link } = this;
    link.userId = flat(query.userId);
    if (query.deviceId !== undefined) link.deviceId = flat(query.deviceId);
    link.attempt = query.attempt;
    link.intentAt = environment.now() - (query.intentAgeMs ?? 0); // SESS-3
    this.#ask(
      () => environment.authenticate(link.userId, token, environment.wallTime()),
      (verdict) => {
        this.#judged(verdict);
      },
      "the token cannot be judged now",
    );
  }

  /** The new socket has ponged (SESS-10). */
  proved(): void {
    if (!this.#wantsProof) return;
    this.#wantsProof = false;
    this.#isProven = true;
    this.#claim();
  }

  /** The older session of policy reject is alive (SESS-4). */
  occupantProved(sessionId: string): void {
    if (this.#askedOf !== sessionId) return;
    this.#askedOf = undefined;
    this.environment.forgetProbe(sessionId, this);
    this.#refuse(refusal(CLOSE_CODES.sessionRejected, "an older session keeps its place"));
  }

  #judged(verdict: Verdict): void {
    switch (verdict.kind) {
      case "expired":
        this.#refuse(refusal(CLOSE_CODES.tokenExpired, "the token has expired")); // AUTH-4
        return;
      case "unacceptable":
        this.#refuse(refusal(CLOSE_CODES.unauthorized, verdict.why)); // AUTH-3
        return;
      case "forbidden":
        this.#refuse(refusal(CLOSE_CODES.forbidden, verdict.why)); // AUTH-5
        return;
      case "accepted":
        this.#identity = verdict.identity;
        this.#limits(verdict.identity);
    }
  }

  #limits(identity: Identity): void {
    const { settings, rates, usages, now } = this.environment;
    const tooMany = streamsRefusal(identity, settings);
    if (tooMany !== undefined) {
      this.#refuse(tooMany);
      return;
    }
    const { sessionPolicy } = settings;
    if (sessionPolicy === "reject" && this.link.deviceId === undefined) {
      this.#refuse(refusal(CLOSE_CODES.protocolError, "deviceId is missing")); // SESS-6
      return;
    }
    const earliest = rates.connections.earliest(usages.of(identity.userId).connections);
    if (earliest > now()) {
      const retryAfterMs = Math.ceil(earliest - now()); // LIMIT-5
      this.#refuse({ ...refusal(CLOSE_CODES.rateLimited, "too many connections"), retryAfterMs });
      return;
    }
    this.link.sessionId = flat(this.environment.uuid()); // CONN-23
    this.#claim();
  }

  #claim(): void {
    const { link, environment } = this;
    const { userId, sessionId, deviceId, attempt, intentAgeMs } = link;
    const claim = {
      userId,
      sessionId,
      deviceId,
      attempt,
      intentAgeMs,
      proven: this.#isProven,
      displace: this.#displace,
    };
    this.#ask(
      () => environment.store.sessions.claim(claim, environment.settings.sessionPolicy),
      (result) => {
        this.#claimed(result);
      },
    );
  }

  #claimed(result: ClaimResult): void {
    const { link, environment } = this;
    switch (result.kind) {
      case "admitted":
        link.generation = result.generation;
        environment.registered(link);
        this.#enter();
        return;
      case "prove":
        this.#wantsProof = true;
        link.ping();
        return;
      case "outdated": // SESS-1, SESS-9
        this.#refuse(refusal(CLOSE_CODES.sessionReplaced, "a newer session has this place"));
        return;
      case "occupied": {
        const { sessionId } = result;
        this.#askedOf = sessionId;
        environment.probe(sessionId, this);
        environment.after(environment.settings.timers.rejectProofMs, () => {
          if (this.#askedOf !== sessionId) return;
          this.#askedOf = undefined;
          environment.forgetProbe(sessionId, this);
          this.#displace = sessionId; // SESS-5
          this.#claim();
        });
      }
    }
  }

  #enter(): void {
    const { environment, link } = this;
    const identity = this.#identity;
    if (identity === undefined) return;
    this.#ask(
      () =>
        environment.audiences.seats(identity, (seats) => {
          if (this.#isWanted) environment.seat(link, seats);
        }),
      (seats) => {
        this.#ask(
          () => announcedHeads(environment.store, link, seats),
          (heads) => {
            this.#admit(identity, seats, heads);
          },
        );
      },
    );
  }

  #admit(identity: Identity, seats: Seats, heads: readonly AnnouncedHead[]): void {
    const { environment, link, dial } = this;
    const { rates, settings, now } = environment;
    const usage = environment.usages.of(identity.userId);
    usage.sessions += 1;
    link.isAdmitted = true;
    usage.connections = rates.connections.taken(usage.connections, now()); // LIMIT-6: the admitted only
    if (dial.kind === "dialled") environment.usages.countAddress(dial.remoteAddress, now());
    const grant: Grant = {
      userId: identity.userId,
      sessionId: link.sessionId,
      intervalMs: intervalOf(dial, settings),
      firstSpreadMs: environment.firstSpreadMs(),
      modules: seats.shared.modules,
      heads,
      token: tokenLife(identity, settings),
      set: link,
      usage,
      expiresAt: expiryOf(identity, now()),
    };
    link.deliver({ name: "answer:admitted", grant });
  }

  get #isWanted(): boolean {
    return !this.link.isOver && this.link.session.state === "opening";
  }

  #ask<T>(
    ask: () => T | PromiseLike<T>,
    done: (answer: T) => void,
    failure = "the store is away",
  ): void {
    whenDone(
      ask,
      (answer) => {
        // RECON-7: a dial that is gone is not worked on.
        if (this.#isWanted) done(answer);
      },
      (error) => {
        this.environment.failed(error);
        this.#refuse(refusal(CLOSE_CODES.tryAgainLater, failure));
      },
    );
  }

  #refuse(why: Refusal): void {
    this.link.deliver({ name: "answer:refused", refusal: why });
  }
}

/** The heads of all streams of a session as they stand now, with what was acknowledged. */
export function announcedHeads(
  store: Store,
  link: Link,
  { shared, personal }: Seats,
): readonly AnnouncedHead[] | PromiseLike<readonly AnnouncedHead[]> {
  const feeds = [...shared.feeds, ...personal.feeds];
  const heads = store.log.heads(feeds.map(({ stream }) => stream));
  const positions = feeds.map(({ stream, epoch }) => ({ stream, epoch }));
  const acked = store.acks.acknowledged(link.userId, link.deviceId, positions);
  const announce = (
    ids: readonly { readonly epoch: string; readonly headId: number }[],
    ackedIds: readonly (number | undefined)[],
  ): AnnouncedHead[] =>
    feeds.map((feed, index) => {
      const head = ids[index];
      if (head !== undefined) feed.observe(head);
      return {
        stream: feed.stream,
        epoch: feed.epoch,
        headId: feed.fannedId,
        about: feed.about,
        ackedId: ackedIds[index],
      };
    });
  if ("then" in heads || "then" in acked) {
    return Promise.all([heads, acked]).then(([ids, ackedIds]) => announce(ids, ackedIds));
  }
  return announce(heads, acked);
}

/** LIMIT-9: why an identity with so many streams may have no session; undefined where it may. */
export function streamsRefusal(identity: Identity, { limits }: Settings): Refusal | undefined {
  if (Audiences.streams(identity).length <= limits.streamsPerSession) return undefined;
  return refusal(CLOSE_CODES.forbidden, `more than ${limits.streamsPerSession} streams`);
}

export function tokenLife(identity: Identity, settings: Settings): Grant["token"] {
  if (identity.expiresInMs === undefined) return undefined;
  const expiresInMs = Math.min(identity.expiresInMs, settings.timers.maxWaitMs); // FRAME-6
  return { expiresInMs, refreshLeadMs: settings.timers.refreshLeadMs };
}

export function expiryOf(identity: Identity, now: number): number {
  return identity.expiresInMs === undefined ? Infinity : now + identity.expiresInMs;
}

/** LIVE-7 */
function intervalOf(dial: Dial, { timers }: Settings): number {
  const wished = dial.kind === "dialled" ? dial.query.heartbeatMs : undefined;
  if (wished === undefined) return timers.heartbeatIntervalMs;
  const least = Math.min(MIN_INTERVAL_MS, timers.heartbeatIntervalMs);
  return Math.min(Math.max(wished, least), MAX_INTERVAL_MS);
}

const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 120_000;

function refusal(code: number, reason: string): Refusal {
  return { code, reason };
}

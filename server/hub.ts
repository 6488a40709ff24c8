import { Admission, type AdmissionEnvironment, type Dial } from "./admission.js";
import { Delivery } from "./audience.js";
import { Audiences } from "./audiences.js";
import type { Authenticate } from "./auth.js";
import { whenDone } from "./awaiting.js";
import type { Clock } from "./clock.js";
import type { Settings } from "./config.js";
import { ConnectionRecord } from "./connection-record.js";
import { Deadlines } from "./deadlines.js";
import { Failures } from "./failures.js";
import { HubActions } from "./hub-actions.js";
import { renewLeases } from "./leases.js";
import { Link, type LinkHost } from "./link.js";
import type { Logger } from "./logger.js";
import type { MessageHandler } from "./messages/message-handler.js";
import type { Metrics } from "./metrics.js";
import { Occasions } from "./occasions.js";
import { firstSpreadMs, Pressure } from "./pressure.js";
import { Probes } from "./probes.js";
import { Publisher } from "./publisher.js";
import { Seating } from "./seating.js";
import { Session } from "./session.js";
import {
  sessionsThat,
  statesOf,
  type SessionChange,
  type SessionInfo,
  type SessionQuery,
  type SessionStates,
} from "./session-list.js";
import type { Refusal, SessionEffect } from "./session-input.js";
import type { SessionEnvironment } from "./turn.js";
import type { RegistryListener, Store } from "./stores/store.js";
import { turnClock, type TurnClock } from "./turn-clock.js";
import { timestamps } from "./timestamps.js";
import { Usages } from "./usages.js";
import type { Connection, Socket } from "./transports/transport.js";

/** What a hub is made of. */
export interface HubParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly uuid: () => string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Decides about messages; without one they are published to their scope. */
  readonly handleMessage?: MessageHandler | undefined;
  /** Told when a session begins and when it is over. */
  readonly onSession?: ((change: SessionChange) => void) | undefined;
}

const FORGET_USAGE_MS = 10_000;

/** Joins the sessions of an instance with the store: performs what sessions ask and brings them what happens. */
export class Hub implements LinkHost, RegistryListener {
  readonly settings: Settings;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly audiences: Audiences;
  readonly delivery: Delivery;
  readonly seating: Seating;
  readonly metrics: Metrics;
  readonly record: ConnectionRecord;
  readonly maxFrameBytes: number;
  readonly congestedBytes: number;
  isDraining = false;

  readonly #clock: TurnClock;
  readonly #logger: Logger;
  readonly #deadlines: Deadlines;
  readonly #occasions: Occasions;
  readonly #failures: Failures;
  readonly #sessionEnvironment: SessionEnvironment;
  readonly #admissionEnvironment: AdmissionEnvironment;
  readonly #actions: HubActions;
  readonly #links = new Set<Link>();
  readonly #bySession = new Map<string, Link>();
  readonly #usages: Usages;
  readonly #admissions = new Map<Link, Admission>();
  readonly #probes: Probes;
  readonly #pressure: Pressure;
  readonly #unsubscribe: (() => void)[];
  #whenEmpty: (() => void) | undefined;

  constructor(parts: HubParts) {
    const { settings, store, uuid, logger, metrics } = parts;
    const clock = turnClock(parts.clock);
    const { timers, limits } = settings;
    this.settings = settings;
    this.store = store;
    this.metrics = metrics;
    this.maxFrameBytes = limits.frameBytes;
    this.congestedBytes = settings.congestedBytes;
    this.#clock = clock;
    this.#logger = logger;
    this.#deadlines = new Deadlines(clock);
    this.#occasions = new Occasions(clock, this.#deadlines);
    this.#failures = new Failures(logger, this.#occasions);
    const stamp = timestamps(clock);
    this.publisher = new Publisher(store.log, settings.events, stamp, uuid, metrics);
    this.delivery = new Delivery(clock, metrics, this.#guarded);
    const now = (): number => clock.now();
    const { onSession } = parts;
    this.record = new ConnectionRecord({ logger, metrics, now, onSession, guarded: this.#guarded });
    const failed = this.#failed;
    this.audiences = new Audiences(
      { log: store.log, stamp, pages: limits, failed },
      {
        presence: store.presence,
        clock,
        deadlines: this.#deadlines,
        stamp,
        coalesceMs: timers.presenceCoalesceMs,
        checkMs: timers.presenceCheckMs,
        maxMembers: limits.presenceMembers,
        maxBytes: limits.presenceStateBytes,
        failed,
      },
      this.delivery,
    );
    this.seating = new Seating(this.audiences, this.delivery);
    this.#probes = new Probes(store.sessions);
    this.#usages = new Usages(settings);
    this.#pressure = new Pressure(clock.now());
    const { rates } = this.#usages;
    this.#sessionEnvironment = { settings, rates, stamp };
    this.#actions = new HubActions(this, parts, stamp, this.#occasions);
    this.#admissionEnvironment = {
      settings,
      store,
      rates,
      audiences: this.audiences,
      authenticate: parts.authenticate,
      now,
      wallTime: () => clock.wallTime(),
      uuid,
      firstSpreadMs: () => firstSpreadMs(timers.firstSpreadMs, this.#links.size),
      usages: this.#usages,
      probe: (sessionId, admission) => {
        this.#probes.ask(sessionId, admission);
      },
      forgetProbe: (sessionId, admission) => {
        this.#probes.forget(sessionId, admission);
      },
      after: (ms, act) => {
        this.#occasions.after(ms, this.#guarded(act));
      },
      seat: (link, seats) => {
        this.seating.seat(link, seats);
      },
      registered: (link) => {
        this.#bySession.set(link.sessionId, link);
      },
      failed,
    };
    this.#unsubscribe = [
      store.log.subscribe(this.audiences),
      store.sessions.subscribe(this),
      store.presence.subscribe((group, userId, version) => {
        this.audiences.group(group)?.changed(userId, version);
      }),
    ];
    this.#occasions.every(timers.leaseRenewMs, this.#guarded(this.#renew));
    this.#occasions.every(
      FORGET_USAGE_MS,
      this.#guarded(() => {
        this.#usages.forget(this.now());
      }),
    );
    this.#occasions.every(this.#pressure.everyMs, () => {
      this.#pressure.look(this.now());
    });
    this.#actions.maintain();
  }

  get connections(): number {
    return this.#links.size;
  }

  get users(): number {
    const users = new Set<string>();
    for (const link of this.#bySession.values()) users.add(link.userId);
    return users.size;
  }

  get sessionStates(): SessionStates {
    return statesOf(this.#links);
  }

  /** A socket is open. */
  open(socket: Socket, dial: Dial): Connection {
    const link = new Link(this, socket, new Session(this.#sessionEnvironment, this.now()));
    this.#links.add(link);
    this.metrics.opened();
    const refusal = dial.kind === "dialled" ? this.#early() : undefined;
    const admission = new Admission(
      this.#admissionEnvironment,
      link,
      refusal === undefined ? dial : { kind: "refused", refusal },
    );
    this.#admissions.set(link, admission);
    link.deliver({ name: "upgrade" });
    return link;
  }

  /** Why nobody is let in at present, whoever they are. */
  #early(): Refusal | undefined {
    const { drainSpreadMs, firstSpreadMs: leastMs } = this.settings.timers;
    if (this.isDraining) {
      return { code: 4002, reason: "server_draining", spreadMs: drainSpreadMs };
    }
    const spreadMs = firstSpreadMs(leastMs, this.#links.size);
    return this.#pressure.refusal(this.now(), this.#admissions.size, spreadMs);
  }

  /** RECON-32: sends every client elsewhere. */
  drain(): void {
    this.isDraining = true;
    this.#logger.info({ connections: this.#links.size }, "the server drains");
    for (const link of [...this.#links]) link.deliver({ name: "drain" });
  }

  /**
   * Resolves when no connection is left or `waitMs` have passed; `early` is given what ends the wait.
   */
  emptied(waitMs: number, early: (now: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      early(resolve);
      this.#occasions.after(waitMs, resolve);
      if (this.#links.size === 0) resolve();
    });
  }

  /** Ends what is left and lets go of the store, which stays open. */
  stop(): void {
    for (const link of [...this.#links]) link.socket.terminate();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#failures.tellLeftOut();
    this.#occasions.stop();
    this.#deadlines.clear();
  }

  // LinkHost

  now(): number {
    return this.#clock.now();
  }

  beginTurn(): void {
    this.#clock.begin();
  }

  endTurn(): void {
    this.#clock.end();
  }

  flush(): void {
    this.delivery.flush();
  }

  hold(link: Link): void {
    this.delivery.hold(link);
  }

  schedule(link: Link): void {
    this.#deadlines.schedule(link, link.session.deadline);
  }

  perform(link: Link, effect: SessionEffect): void {
    switch (effect.do) {
      case "send":
        link.write(effect.frame);
        return;
      case "authorise":
        this.#admissions.get(link)?.start();
        return;
      case "proved":
        this.#admissions.get(link)?.proved();
        return;
      case "enter":
        this.#admissions.delete(link);
        this.#actions.enter(link);
        this.record.came(link);
        return;
      case "release":
        this.release(link, effect.graceMs);
        return;
      default:
        this.#actions.perform(link, effect);
    }
  }

  over(link: Link, code: number): void {
    this.#links.delete(link);
    this.#admissions.delete(link);
    this.#deadlines.remove(link);
    this.record.over(link, code);
    if (this.#links.size === 0) this.#whenEmpty?.();
  }

  failed(error: unknown): void {
    this.metrics.failed();
    this.#failures.note(error);
  }

  counted(direction: "in" | "out", bytes: number, name: string): void {
    this.metrics.counted(direction, bytes, name);
  }

  /** Leaves streams, registry and presence, once. */
  release(link: Link, graceMs: number): void {
    this.#admissions.delete(link);
    if (link.isRegistered && link.isAdmitted) this.record.left(link);
    this.seating.unseat(link);
    if (!link.isRegistered) return;
    const { fence } = link;
    link.generation = "";
    this.#bySession.delete(link.sessionId);
    if (link.isAdmitted) this.#usages.of(link.userId).sessions -= 1;
    const failed = this.#failed;
    whenDone(
      () => this.store.presence.leave(fence, graceMs),
      () => {
        this.#actions.maintain();
      },
      failed,
    );
    whenDone(() => this.store.sessions.release(fence), nothing, failed);
  }

  sessions(query: SessionQuery): readonly SessionInfo[] {
    return sessionsThat(query, this.#bySession.values());
  }

  // RegistryListener

  replaced(sessionId: string): void {
    this.#bySession.get(sessionId)?.deliver({ name: "replaced" });
  }

  /** SESS-5: two pings, the second when the first is answered or half the time is over. */
  probed(sessionId: string): void {
    const link = this.#bySession.get(sessionId);
    if (link === undefined || link.isOver) return;
    link.expectProof(() => {
      this.store.sessions.alive(sessionId);
    });
    this.#occasions.after(
      this.settings.timers.rejectProofMs / 2,
      this.#guarded(() => {
        link.pingAgain();
      }),
    );
  }

  proved(sessionId: string): void {
    this.#probes.answered(sessionId);
  }

  readonly #renew = (): void => {
    renewLeases([...this.#bySession.values()], this.store.sessions, this.settings.sessionPolicy, {
      lost: (sessionId) => {
        this.replaced(sessionId);
      },
      again: (sessionId) => {
        const link = this.#bySession.get(sessionId);
        if (link !== undefined) this.#actions.enterAgain(link);
      },
      failed: this.#failed,
    });
  };

  readonly #failed = (error: unknown): void => {
    this.failed(error);
  };

  readonly #guarded = (act: () => void): (() => void) => {
    return () => {
      try {
        act();
      } catch (error) {
        this.failed(error);
      }
    };
  };
}

function nothing(): void {
  // The answer says nothing.
}

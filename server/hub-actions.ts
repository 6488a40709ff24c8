import { whenDone } from "./awaiting.js";
import type { Feed } from "./feed.js";
import { heartbeatAckFrame } from "./frames.js";
import { MessageActions } from "./message-actions.js";
import type { Hub, HubParts } from "./hub.js";
import type { Link } from "./link.js";
import type { SyncOutcome } from "./metric-sources.js";
import type { Occasions } from "./occasions.js";
import { repair, StoppedAt } from "./repair.js";
import { TokenActions } from "./token-actions.js";
import type { Note, SessionEffect, Shown } from "./session-input.js";
import { read, reply } from "./store-replies.js";
import type { Awaitable, SyncAnswer } from "./stores/store.js";
import { UnknownTypes } from "./unknown-types.js";

type Effect<Do extends SessionEffect["do"]> = Extract<SessionEffect, { do: Do }>;

const MAINTAIN_RETRY_MS = 1_000;

/** What the hub does for a session, one method an effect. */
export class HubActions {
  readonly #tokens: TokenActions;
  readonly #messages: MessageActions;
  readonly #unknownTypes: UnknownTypes;
  #maintainAt = Infinity;

  constructor(
    private readonly hub: Hub,
    private readonly parts: HubParts,
    private readonly stamp: () => string,
    private readonly occasions: Occasions,
  ) {
    this.#unknownTypes = new UnknownTypes(parts.logger, occasions);
    this.#tokens = new TokenActions(hub, parts, stamp);
    this.#messages = new MessageActions(hub, parts, (link) => {
      this.enterAgain(link);
    });
  }

  perform(link: Link, effect: SessionEffect): void {
    switch (effect.do) {
      case "ping":
        link.ping();
        return;
      case "end":
        this.hub.record.ended(link, effect.code);
        link.socket.end(effect.code, effect.reason);
        return;
      case "terminate":
        link.socket.terminate();
        return;
      case "heartbeat":
        this.#heartbeat(link);
        return;
      case "publish":
        this.#messages.take(link, effect);
        return;
      case "recall":
        this.#messages.recall(link, effect);
        return;
      case "sync":
        this.#sync(link, effect);
        return;
      case "acknowledge":
        this.#acknowledge(link, effect);
        return;
      case "show":
        this.#show(link, effect);
        return;
      case "states":
        this.#states(link, effect.groups);
        return;
      case "refresh_token":
        this.#tokens.refresh(link, effect.token);
        return;
      case "pause":
        this.hub.metrics.paused();
        // Where a repair was under way, it goes on from what it had reached.
        if (link.seats !== undefined) link.stoppedAt ??= new StoppedAt(link.seats);
        return;
      case "repair":
        this.#repair(link);
        return;
      case "note":
        this.#note(link, effect.what);
        return;
      case "send":
      case "authorise":
      case "proved":
      case "enter":
      case "release":
        throw new Error(`${effect.do} is the hub's own`);
    }
  }

  /** PRES-2, PRES-3 */
  enter(link: Link): void {
    if (link.seats === undefined) return;
    this.#enterPresence(link, this.hub.settings.timers.presenceHoldMs);
    this.#states(link, link.seats.shared.groupNames);
  }

  /** What the store did not take, or has dropped with a lease that lapsed (SESS-15), is written again. */
  enterAgain(link: Link): void {
    link.owesPresence = false;
    this.#enterPresence(link, 0);
    const { seats, shown, fence } = link;
    if (seats === undefined) return;
    const { groupNames } = seats.shared;
    this.#writePresence(link, () => this.hub.store.presence.regroup(fence, groupNames));
    if (shown !== undefined) this.#show(link, shown);
  }

  #enterPresence(link: Link, holdMs: number): void {
    if (link.seats === undefined) return;
    const { fence, deviceId } = link;
    const entry = { fence, deviceId, groups: link.seats.shared.groupNames };
    const entered = (): void => {
      this.maintain();
    };
    this.#writePresence(link, () => this.hub.store.presence.enter(entry, holdMs), entered);
  }

  #writePresence(link: Link, write: () => Awaitable<void>, written: () => void = nothing): void {
    whenDone(write, written, (error) => {
      link.owesPresence = true; // the next renewal of leases writes it again
      this.hub.failed(error);
    });
  }

  /** Lets the store end what has run out, when it wants to. */
  maintain(): void {
    whenDone(
      () => this.hub.store.maintain(),
      (nextMs) => {
        this.#maintainIn(nextMs);
      },
      (error) => {
        this.hub.failed(error);
        this.#maintainIn(MAINTAIN_RETRY_MS);
      },
    );
  }

  #maintainIn(ms: number): void {
    const at = this.hub.now() + Math.max(ms, 1);
    if (at >= this.#maintainAt) return;
    this.#maintainAt = at;
    this.occasions.after(at - this.hub.now(), () => {
      if (this.#maintainAt > this.hub.now()) return;
      this.#maintainAt = Infinity;
      this.maintain();
    });
  }

  /** POS-11 to POS-13 */
  #heartbeat(link: Link): void {
    const { seats } = link;
    if (seats === undefined) return;
    this.hub.delivery.flush();
    const feeds = [...seats.shared.feeds, ...seats.personal.feeds];
    const answer = (): void => {
      const behind = link.isLive
        ? feeds
            .filter((feed) => feed.isBehind)
            .map(({ stream, epoch, logHeadId }) => ({ stream, epoch, headId: logHeadId }))
        : [];
      link.deliver(read([heartbeatAckFrame(this.stamp(), behind)]));
      link.measure(this.hub.now());
    };
    const now = this.hub.now();
    const { headsCacheMs } = this.hub.settings.timers;
    const stale = feeds.filter((feed) => feed.askedAt + headsCacheMs <= now);
    if (stale.length === 0) {
      answer();
      return;
    }
    whenDone(
      () => this.hub.store.log.heads(stale.map(({ stream }) => stream)),
      (heads) => {
        stale.forEach((feed, index) => {
          const head = heads[index];
          if (head === undefined) return;
          feed.askedAt = now;
          feed.observe(head);
        });
        answer();
      },
      (error) => {
        this.hub.failed(error);
        answer(); // the peer's link is alive whatever the store is
      },
    );
  }

  #sync(link: Link, { stream, epoch, lastEventId }: Effect<"sync">): void {
    const feed = link.seats?.shared.feed(stream) ?? link.seats?.personal.feed(stream);
    if (feed === undefined) return;
    const { log } = this.hub.store;
    whenDone(
      () => log.readAfter(stream, { epoch, lastEventId }, this.hub.settings.limits),
      (answer) => {
        this.hub.delivery.flush(); // SYNC-34: what was published before stands before the page
        this.hub.metrics.synced(syncOutcome(answer));
        this.#synced(link, feed, lastEventId, answer);
      },
      (error) => {
        this.hub.failed(error);
        this.hub.metrics.synced("failed");
        link.deliver(reply({ to: "sync", stream }));
      },
    );
  }

  #synced(link: Link, feed: Feed, fromId: number, answer: SyncAnswer): void {
    if (answer.kind === "refresh") {
      link.deliver(read([feed.refreshFrame(answer.reason, answer)]));
      return;
    }
    const frame = feed.pageFrame(fromId, answer);
    if (feed.isComplete(answer)) link.deliver(read([frame]));
    else {
      const { stream } = feed;
      link.deliver(reply({ to: "page", frame, stream, continuesFrom: answer.lastId }));
    }
  }

  #acknowledge(link: Link, { stream, epoch, lastEventId }: Effect<"acknowledge">): void {
    whenDone(
      () =>
        this.hub.store.acks.acknowledge(link.fence, link.deviceId, { stream, epoch, lastEventId }),
      (outcome) => {
        if (outcome === "kept") this.#measureAck(stream, lastEventId);
        link.deliver(reply({ to: "ack", stream, beyondHead: outcome === "beyond_head" }));
      },
      this.#failed,
    );
  }

  /** How old an event is when its client has processed it, where the store can say so at once. */
  #measureAck(stream: string, eventId: number): void {
    const ms = this.hub.store.log.ageOf?.(stream, eventId);
    if (ms !== undefined) this.hub.metrics.acknowledged(ms);
  }

  #show(link: Link, shown: Shown): void {
    link.shown = shown;
    const { status, metadata } = shown;
    const { fence } = link;
    this.#writePresence(link, () => this.hub.store.presence.update(fence, status, metadata));
  }

  #states(link: Link, groups: readonly string[]): void {
    const frames = groups.flatMap((name) => link.seats?.shared.group(name)?.stateFrame() ?? []);
    link.deliver(read(frames));
  }

  #repair(link: Link): void {
    const stopped = link.stoppedAt;
    if (stopped === undefined) return;
    this.hub.delivery.flush();
    repair(link, stopped, this.hub.store.log, this.hub.settings.limits, {
      failed: this.#failed,
      synced: (outcome) => {
        this.hub.metrics.synced(outcome);
      },
    });
  }

  #note(link: Link, what: Note): void {
    const { metrics } = this.hub;
    switch (what.kind) {
      case "error":
        metrics.error(what.code);
        return;
      case "paced":
        metrics.paced(what.what);
        return;
      case "unknown_type":
        this.#unknownTypes.note(what.type);
        return;
      case "ignored":
        this.parts.logger.debug({ ...what, sessionId: link.sessionId }, "ignored by the table");
    }
  }

  readonly #failed = (error: unknown): void => {
    this.hub.failed(error);
  };
}

function syncOutcome(answer: SyncAnswer): SyncOutcome {
  if (answer.kind === "refresh") return answer.reason;
  return answer.events.length === 0 ? "up_to_date" : "page";
}

function nothing(): void {
  // The answer says nothing.
}

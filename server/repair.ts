import type { Seats } from "./audiences.js";
import { whenDone } from "./awaiting.js";
import type { Feed } from "./feed.js";
import type { Link } from "./link.js";
import type { SyncOutcome } from "./metric-sources.js";
import type { PresenceGroup } from "./presence-group.js";
import type { EventLog, PageLimits } from "./stores/store.js";

interface Place {
  readonly feed: Feed;
  epoch: string;
  lastId: number;
}

/** Where live delivery stopped for a paused session. */
export class StoppedAt {
  readonly places: readonly Place[];
  /** Versions of the session's groups when delivery stopped. */
  readonly versions: ReadonlyMap<PresenceGroup, number>;

  /** @param before where delivery had stopped already, when a token changes the seats meanwhile */
  constructor({ shared, personal }: Seats, before?: StoppedAt) {
    const feeds = [...shared.feeds, ...personal.feeds];
    this.places = feeds.map((feed) => {
      const kept = before?.places.find((place) => place.feed === feed);
      return kept ?? { feed, epoch: feed.epoch, lastId: feed.fannedId };
    });
    this.versions = new Map(
      shared.groups.map((group) => [group, before?.versions.get(group) ?? group.version]),
    );
  }

  /** An event that was on its way when delivery stopped was not written after all. */
  miss(stream: string, eventId: number): void {
    const place = this.places.find(({ feed }) => feed.stream === stream);
    if (place !== undefined && place.lastId >= eventId) place.lastId = eventId - 1;
  }
}

/** Told how a repair goes. */
export interface RepairWatch {
  readonly failed: (error: unknown) => void;
  readonly synced: (outcome: SyncOutcome) => void;
}

/**
 * POS-16: brings a session whose socket has drained up to date, page by page, and stops again when the
 * socket fills up.
 */
export function repair(
  link: Link,
  stopped: StoppedAt,
  log: EventLog,
  pages: PageLimits,
  watch: RepairWatch,
): void {
  const next = (): void => {
    if (link.isOver) return;
    // What is not repaired when the socket fills up again is repaired at the next drain.
    if (link.session.state !== "connected" || link.isCongested) return;
    const place = stopped.places.find(({ feed, lastId, epoch }) => {
      return epoch !== feed.epoch || lastId < feed.fannedId;
    });
    if (place === undefined) {
      link.stoppedAt = undefined;
      writeStates(link, stopped);
      return;
    }
    const { feed, epoch, lastId } = place;
    whenDone(
      () => log.readAfter(feed.stream, { epoch, lastEventId: lastId }, pages),
      (answer) => {
        if (answer.kind === "refresh") {
          const isOverflow =
            answer.reason === "gap_too_large" || answer.reason === "history_expired";
          const reason = isOverflow ? "overflow" : answer.reason;
          link.write(feed.refreshFrame(reason, answer));
          watch.synced(reason);
          place.epoch = feed.epoch;
          place.lastId = Math.max(answer.headId, feed.fannedId);
        } else {
          link.write(feed.pageFrame(lastId, answer));
          watch.synced("page");
          place.lastId = answer.lastId;
          if (answer.lastId === lastId) return; // nothing further is readable: heads in HEARTBEAT_ACK tell
        }
        next();
      },
      watch.failed,
    );
  };
  next();
}

function writeStates(link: Link, stopped: StoppedAt): void {
  for (const group of link.seats?.shared.groups ?? []) {
    const frame = group.version === stopped.versions.get(group) ? undefined : group.stateFrame();
    if (frame !== undefined) link.write(frame);
  }
}

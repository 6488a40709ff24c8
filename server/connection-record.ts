import type { Link } from "./link.js";
import type { Logger } from "./logger.js";
import type { Metrics } from "./metrics.js";
import { Returns } from "./returns.js";
import { infoOf, type SessionChange } from "./session-list.js";

/** Devices whose last end is remembered, about 3 MB at most. */
const DEVICES_AWAY = 10_000;

/** What a record writes to. */
export interface RecordParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly onSession?: ((change: SessionChange) => void) | undefined;
  /** Runs what is not ours, so that what it throws is its own fault and nobody else's (ERR-10). */
  readonly guarded: (act: () => void) => () => void;
}

/** A connection as its end sees it. */
export type Ending = Pick<
  Link,
  "userId" | "deviceId" | "sessionId" | "isAdmitted" | "openedAt" | "endCode"
>;

/** Tells log, metrics and application how connections begin and end. */
export class ConnectionRecord {
  readonly #returns = new Returns(DEVICES_AWAY);

  constructor(private readonly parts: RecordParts) {}

  /** A session begins. */
  came(link: Link): void {
    const { logger, metrics } = this.parts;
    const { userId, deviceId, sessionId } = link;
    const lastCode = this.#returns.came(userId, deviceId);
    if (lastCode !== undefined) metrics.returned(lastCode);
    logger.info({ sessionId, userId }, "a session is open");
    this.#tell("opened", link);
  }

  /** A session gives its place back. */
  left(link: Link): void {
    this.#tell("closed", link);
  }

  /** The end of a connection is decided, by this side or the other; what comes later changes no code. */
  ended(link: Ending, code: number): number {
    if (link.endCode !== undefined) return link.endCode;
    link.endCode = code;
    if (link.isAdmitted) this.#returns.ended(link.userId, link.deviceId, code);
    return code;
  }

  /** A socket is over; a connection that never had a session is worth less of the log. */
  over(link: Ending, socketCode: number): void {
    const { logger, metrics, now } = this.parts;
    const { sessionId, userId, isAdmitted, openedAt } = link;
    const code = this.ended(link, socketCode);
    metrics.closed(code);
    const openMs = now() - openedAt;
    if (isAdmitted) logger.info({ sessionId, userId, code, openMs }, "a session is over");
    else logger.debug({ userId, code, openMs }, "a connection was not admitted");
  }

  #tell(kind: SessionChange["kind"], link: Link): void {
    const { onSession, guarded } = this.parts;
    if (onSession === undefined) return;
    const session = infoOf(link);
    guarded(() => {
      onSession({ kind, session });
    })();
  }
}

import type { Fact, Place, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";

interface StreamLog {
  /** When each event was appended; index 0 is event 1. */
  readonly appendedAt: number[];
  /** The application has set a floor. */
  hasFloor: boolean;
}

interface Asked {
  readonly epoch: string;
  readonly lastEventId: number;
}

/** A page of 16 KiB holds at least so many events of a world, unless pageEvents says fewer. */
const EVENTS_IN_A_PAGE = 8;

/**
 * Judges refreshes: a client is told to reload only when the missed events really cannot be given
 * (REFRESH-1 to REFRESH-6), so that nothing is missed while history lasts.
 */
export class RefreshChecker {
  readonly violations: Violation[] = [];
  readonly #logs = new Map<string, StreamLog>();
  /** What was asked on each connection: an answer may belong to any of it. */
  readonly #asked = new Map<string, Asked[]>();
  readonly #brought = new Map<string, Asked>();

  constructor(readonly plan: WorldPlan) {}

  see(fact: Fact): void {
    switch (fact.fact) {
      case "appended": {
        const log = this.#log(fact.stream, fact.epoch);
        log.appendedAt.push(fact.at);
        return;
      }
      case "invalidated":
        this.#log(fact.stream, fact.epoch).hasFloor = true;
        return;
      case "frameOut":
        if (fact.frame.type === "REQUEST_SYNC") {
          for (const asked of fact.frame.streams as readonly (Asked & { stream: string })[]) {
            const key = connectionKey(fact, asked.stream);
            this.#asked.set(key, [...(this.#asked.get(key) ?? []), asked]);
          }
        }
        return;
      case "frameIn":
        this.#hear(fact);
        return;
      default:
        return;
    }
  }

  /** What the server has brought a connection to is a position too: it may refresh unasked (SYNC-24). */
  #hear(fact: Extract<Fact, { fact: "frameIn" }>): void {
    const { frame } = fact;
    switch (frame.type) {
      case "FULL_REFRESH":
        this.#refresh(fact);
        return;
      case "CONNECT":
      case "TOKEN_REFRESHED":
        for (const head of frame.streams as readonly (Asked & { readonly stream: string })[]) {
          this.#brought.set(connectionKey(fact, head.stream), head);
        }
        return;
      case "EVENT": {
        const { stream, epoch, eventId } = frame as unknown as Place;
        this.#brought.set(connectionKey(fact, stream), { epoch, lastEventId: eventId });
        return;
      }
      default:
        return;
    }
  }

  #refresh(fact: Extract<Fact, { fact: "frameIn" }>): void {
    const { stream, epoch, reason, lastEventId } = fact.frame as unknown as RefreshFrame;
    const key = connectionKey(fact, stream);
    const brought = this.#brought.get(key);
    const asked = [...(this.#asked.get(key) ?? []), ...(brought === undefined ? [] : [brought])];
    const log = this.#log(stream, epoch);
    const head = log.appendedAt.length;
    if (lastEventId > head) {
      this.#blame("REFRESH-9", fact, `resumes ${stream} at ${lastEventId}, the head is ${head}`);
    }
    const isJustified =
      reason === "overflow" || // the server's choice while the client does not read (POS-16)
      (reason === "invalidated" && log.hasFloor) ||
      asked.some((one) => this.#isJustified(reason, { asked: one, log, epoch, at: fact.at }));
    if (isJustified) return;
    const positions = asked.map((one) => `${one.epoch}/${one.lastEventId}`).join(", ");
    this.#blame(
      REQUIREMENT[reason] ?? "REFRESH-8",
      fact,
      `${reason} for ${stream}, but ${positions} of ${epoch}/${head} could be caught up on`,
    );
  }

  #isJustified(reason: string, known: Known): boolean {
    const { asked, log, epoch, at } = known;
    const timers = this.plan.timers;
    const limits = this.plan.limits;
    switch (reason) {
      case "epoch_changed":
        return asked.epoch !== epoch;
      case "history_expired": {
        const appendedAt = log.appendedAt[asked.lastEventId];
        if (appendedAt === undefined) return false;
        const isOld = at - appendedAt >= (timers.historyMs ?? 600_000);
        const behind = log.appendedAt.length - asked.lastEventId;
        return isOld || behind > (limits.historyEvents ?? 10_000);
      }
      case "gap_too_large": {
        const behind = log.appendedAt.length - asked.lastEventId;
        const page = Math.min(limits.pageEvents ?? 500, EVENTS_IN_A_PAGE);
        return behind > page * (limits.pages ?? 20);
      }
      default:
        return false; // position_ahead cannot happen: no store of a world goes back within an epoch
    }
  }

  /** A refresh may arrive when its epoch is long over, so every epoch has a log of its own. */
  #log(stream: string, epoch: string): StreamLog {
    const key = `${epoch} ${stream}`;
    const known = this.#logs.get(key);
    if (known !== undefined) return known;
    const log: StreamLog = { appendedAt: [], hasFloor: false };
    this.#logs.set(key, log);
    return log;
  }

  #blame(
    requirement: string,
    fact: { readonly at: number; readonly client: number },
    problem: string,
  ): void {
    this.violations.push({ requirement, at: fact.at, client: fact.client, problem });
  }
}

interface RefreshFrame {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
  readonly reason: string;
}

interface Known {
  readonly asked: Asked;
  readonly log: StreamLog;
  readonly epoch: string;
  readonly at: number;
}

function connectionKey(
  { client, life, generation }: { client: number; life: number; generation: number },
  stream: string,
): string {
  return `${client} ${life} ${generation} ${stream}`;
}

const REQUIREMENT: Readonly<Record<string, string>> = {
  epoch_changed: "REFRESH-1",
  position_ahead: "REFRESH-2",
  history_expired: "REFRESH-4",
  gap_too_large: "REFRESH-5",
  invalidated: "REFRESH-6",
};

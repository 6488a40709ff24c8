import type { PresenceDiffFrame, PresenceMember, PresenceStateFrame, Scope } from "../messages.js";
import { TIMERS } from "../tables.js";
import type { Port } from "./port.js";

/** What the client knows of one presence group. */
export interface Group {
  readonly group: string;
  readonly scope: Scope;
  readonly members: ReadonlyMap<string, PresenceMember>;
  /** How many are present, listed or not. */
  readonly memberCount: number;
  readonly truncated: boolean;
}

interface KnownGroup extends Group {
  readonly members: Map<string, PresenceMember>;
  memberCount: number;
  /** Which version `members` are at; undefined when a new connection or list made it unsure. */
  version: { readonly epoch: string; readonly number: number } | undefined;
}

/** A question that was not answered is repeated this often before the group counts as gone. */
const MAX_QUESTIONS = 3;

/** Who else is present, by group. */
export class Peers {
  readonly #port: Port;
  readonly #groups = new Map<string, KnownGroup>();
  /** Groups that should be heard of, with the number of questions asked since the last word. */
  readonly #awaited = new Map<string, number>();
  #questions = new Set<string>();

  constructor(port: Port) {
    this.#port = port;
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#groups;
  }

  /**
   * A new connection or a new token: a group that is still the session's will be heard of. One that is
   * not is asked for in time, and at last counts as gone.
   */
  renewed(): void {
    for (const group of this.#groups.keys()) if (!this.#awaited.has(group)) this.#await(group, 0);
  }

  connectionLost(): void {
    for (const group of this.#awaited.keys()) this.#port.timers.clear("presenceTimeout", group);
    this.#awaited.clear();
    this.#questions.clear();
    for (const group of this.#groups.values()) group.version = undefined; // PRES-13
  }

  /** PRES-6: a state replaces everything, whatever its version. */
  state(frame: PresenceStateFrame): void {
    const { group, scope, memberCount, members } = frame;
    const truncated = frame.truncated ?? false;
    this.#settle(group);
    this.#groups.set(group, {
      group,
      scope,
      memberCount,
      truncated,
      members: new Map(members.map((member) => [member.userId, member])),
      version: { epoch: frame.epoch, number: frame.version },
    });
    this.#port.emit({
      type: "presence",
      presence: { kind: "state", group, scope, members, memberCount, truncated },
    });
  }

  diff(frame: PresenceDiffFrame): void {
    const known = this.#groups.get(frame.group);
    const version = known?.version;
    if (known === undefined || version?.epoch !== frame.epoch) {
      this.#ask(frame.group); // PRES-9
    } else if (frame.version > version.number && frame.baseVersion > version.number) {
      this.#ask(frame.group); // PRES-9
    } else {
      if (this.#awaited.get(frame.group) === 0) this.#settle(frame.group);
      if (frame.version > version.number) this.#apply(known, frame); // PRES-7, else PRES-8
    }
  }

  /** No state came in time: ask again, or give the group up. */
  timedOut(group: string): void {
    const asked = this.#awaited.get(group) ?? 0;
    if (asked < MAX_QUESTIONS) {
      this.#await(group, asked + 1);
      this.#questions.add(group);
      return;
    }
    this.#awaited.delete(group);
    const known = this.#groups.get(group);
    if (known === undefined) return;
    this.#groups.delete(group);
    this.#port.emit({ type: "presence", presence: { kind: "gone", group, scope: known.scope } });
  }

  /** Send what this input made due. */
  flush(): void {
    if (this.#questions.size === 0) return;
    const groups = [...this.#questions];
    this.#questions = new Set();
    this.#port.send({ type: "REQUEST_PRESENCE", groups });
  }

  #apply(known: KnownGroup, frame: PresenceDiffFrame): void {
    const { group, updates, leaves, memberCount } = frame;
    for (const userId of leaves) known.members.delete(userId);
    for (const member of updates) known.members.set(member.userId, member);
    known.memberCount = memberCount;
    known.version = { epoch: frame.epoch, number: frame.version };
    this.#port.emit({
      type: "presence",
      presence: { kind: "diff", group, scope: known.scope, updates, leaves, memberCount },
    });
  }

  /** PRES-10: one question for a group at a time. */
  #ask(group: string): void {
    if ((this.#awaited.get(group) ?? 0) > 0) return;
    this.#await(group, 1);
    this.#questions.add(group);
  }

  #await(group: string, asked: number): void {
    this.#awaited.set(group, asked);
    const { timers, now } = this.#port;
    timers.set("presenceTimeout", now, TIMERS.requestPresenceTimeoutMs.default, group);
  }

  #settle(group: string): void {
    this.#awaited.delete(group);
    this.#port.timers.clear("presenceTimeout", group);
  }
}

import type { Scope } from "../generated/typescript/messages.js";
import type { Audience } from "./audience.js";
import { whenDone } from "./awaiting.js";
import type { Clock } from "./clock.js";
import type { Deadlines, Timed } from "./deadlines.js";
import { memberJson, presenceDiffFrame, presenceStateFrame } from "./frames.js";
import { canonicalScope } from "./names.js";
import type { GroupList, GroupLook, PresenceStore } from "./stores/store.js";

/** What a group needs of its server. Durations in milliseconds. */
export interface GroupEnvironment {
  readonly presence: PresenceStore;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly stamp: () => string;
  readonly coalesceMs: number;
  readonly checkMs: number;
  readonly maxMembers: number;
  readonly maxBytes: number;
  readonly failed: (error: unknown) => void;
}

/** Updates of one PRESENCE_DIFF at most, in bytes and in number. */
const DIFF_BYTES = 262_144;
const DIFF_MEMBERS = 500;

/**
 * The members of one scope as this instance last told its sessions. Every session of the group was
 * brought to the same version, so one diff serves all of them.
 */
export class PresenceGroup implements Timed {
  heapIndex = -1;
  dueAt = 0;
  readonly scopeJson: string;
  readonly audiences = new Set<Audience>();
  /** The members that are listed, as JSON, in the order in which they came. */
  readonly #listed = new Map<string, string>();
  #listedBytes = 0;
  #epoch = "";
  /** What the sessions were told. */
  #version = 0;
  /** Up to here fan-out has brought every change. */
  #heardVersion = 0;
  /** Fan-out has left out a change: only the whole group can be told. */
  #hasHole = false;
  #memberCount = 0;
  #isTruncated = false;
  #stateFrame: string | undefined;
  readonly #dirty = new Set<string>();
  #flushAt = Infinity;
  #checkAt: number;
  #isAsking = false;
  #isLoaded = false;

  constructor(
    readonly name: string,
    readonly scope: Scope,
    private readonly environment: GroupEnvironment,
  ) {
    this.scopeJson = canonicalScope(scope);
    this.#checkAt = environment.clock.now() + environment.checkMs;
    this.#load(false);
  }

  /** The PRESENCE_STATE of the version that all sessions of the group have (PRES-4). */
  stateFrame(): string | undefined {
    if (!this.#isLoaded) return undefined;
    this.#stateFrame ??= presenceStateFrame(this.environment.stamp(), {
      group: this.name,
      scope: this.scopeJson,
      epoch: this.#epoch,
      version: this.#version,
      members: [...this.#listed.values()].join(","),
      memberCount: this.#memberCount,
      isTruncated: this.#isTruncated,
    });
    return this.#stateFrame;
  }

  get version(): number {
    return this.#version;
  }

  /** A user changed in the store: the sessions hear of it with whatever else changes soon (PRES-5). */
  changed(userId: string, version: number): void {
    if (version !== this.#heardVersion + 1) this.#hasHole = true; // PRES-16
    this.#heardVersion = version;
    this.#dirty.add(userId);
    if (this.#flushAt !== Infinity) return;
    const { clock, coalesceMs, deadlines } = this.environment;
    this.#flushAt = clock.now() + coalesceMs;
    deadlines.schedule(this, this.#flushAt);
  }

  /** When it next has work. */
  get nextAt(): number {
    return Math.min(this.#flushAt, this.#checkAt);
  }

  tick(now: number): number {
    if (now >= this.#flushAt) {
      this.#flushAt = Infinity;
      this.#flush();
    }
    if (now >= this.#checkAt) {
      this.#checkAt = now + this.environment.checkMs;
      this.#check();
    }
    return this.nextAt;
  }

  #flush(): void {
    if (this.#isAsking) {
      this.#later();
      return;
    }
    const userIds = [...this.#dirty];
    const upTo = this.#heardVersion;
    this.#dirty.clear();
    if (this.#hasHole) {
      this.#load(true);
      return;
    }
    this.#ask(
      () => this.environment.presence.look(this.name, userIds),
      (look) => {
        this.#apply(userIds, look, upTo);
      },
      () => {
        this.#hasHole = true; // who changed is not remembered: the next news is the whole group
      },
    );
  }

  /**
   * Writes what these users show now as the change up to `upTo`. The store may be further already: whoever
   * changed after it is told with a later version, for which a notice is on its way.
   */
  #apply(userIds: readonly string[], look: GroupLook, upTo: number): void {
    if (look.epoch !== this.#epoch) {
      this.#load(true); // PRES-17
      return;
    }
    if (upTo <= this.#version) return;
    const updates: string[] = [];
    const leaves: string[] = [];
    userIds.forEach((userId, index) => {
      const member = look.members[index];
      const before = this.#listed.get(userId);
      if (member === undefined) {
        if (before !== undefined) leaves.push(userId);
        this.#unlist(userId);
        return;
      }
      const json = memberJson(member);
      if (json === before) return;
      // PRES-28: a member that is not listed is counted only
      if (before === undefined && !this.#hasRoom(json)) return;
      this.#list(userId, json);
      updates.push(json);
    });
    const baseVersion = this.#version;
    this.#version = upTo;
    this.#memberCount = look.memberCount;
    this.#stateFrame = undefined;
    this.#isTruncated = this.#listed.size < look.memberCount;
    // Listed members grew beyond the bound, or everyone fits well again: list afresh.
    const { maxBytes, maxMembers } = this.environment;
    const fitsAgain = this.#isTruncated && this.#memberCount * 2 < maxMembers;
    if (this.#listedBytes > maxBytes || fitsAgain) this.#load(true);
    else this.#writeDiffs(baseVersion, updates, leaves);
  }

  /** PRES-29: a long diff is split at versions in between, which exist because each change makes one. */
  #writeDiffs(baseVersion: number, updates: readonly string[], leaves: readonly string[]): void {
    const parts = split(updates, leaves);
    parts.forEach((part, index) => {
      const version =
        index === parts.length - 1
          ? this.#version
          : Math.min(baseVersion + index + 1, this.#version);
      this.#write(
        presenceDiffFrame(this.environment.stamp(), {
          group: this.name,
          epoch: this.#epoch,
          baseVersion: baseVersion + index,
          version,
          updates: part.updates.join(","),
          leaves: part.leaves,
          memberCount: this.#memberCount,
        }),
      );
    });
  }

  /** PRES-16: what fan-out did not bring is found by comparing versions. */
  #check(): void {
    if (this.#isAsking || this.#dirty.size > 0) return;
    this.#ask(
      () => this.environment.presence.version(this.name),
      ({ epoch, version }) => {
        if (this.#dirty.size > 0) return;
        if (epoch !== this.#epoch || version > this.#version) this.#load(true);
      },
    );
  }

  /** Reads the whole group, and tells it to all sessions where they knew something else. */
  #load(isNews: boolean): void {
    this.#ask(
      () => this.environment.presence.list(this.name, this.environment.maxMembers),
      (list) => {
        this.#replace(list);
        const frame = this.stateFrame();
        if (isNews && frame !== undefined) this.#write(frame);
      },
    );
  }

  #replace({ epoch, version, memberCount, members }: GroupList): void {
    this.#listed.clear();
    this.#listedBytes = 0;
    for (const member of members) {
      const json = memberJson(member);
      if (!this.#hasRoom(json)) break; // PRES-27
      this.#list(member.userId, json);
    }
    // A notice that came meanwhile and lies beyond what was read may have a hole before it.
    const isOtherEpoch = this.#isLoaded && epoch !== this.#epoch;
    if (isOtherEpoch || version >= this.#heardVersion) {
      this.#heardVersion = version;
      this.#hasHole = false;
    }
    this.#epoch = epoch;
    this.#version = version;
    this.#memberCount = memberCount;
    this.#isTruncated = this.#listed.size < memberCount;
    this.#isLoaded = true;
    this.#stateFrame = undefined;
  }

  #write(frame: string): void {
    for (const audience of this.audiences) {
      for (const member of [...audience.members]) if (member.isLive) member.write(frame);
    }
  }

  #ask<T>(
    ask: () => T | PromiseLike<T>,
    done: (answer: T) => void,
    failed: () => void = nothing,
  ): void {
    this.#isAsking = true;
    whenDone(
      ask,
      (answer) => {
        this.#isAsking = false;
        done(answer);
      },
      (error) => {
        this.#isAsking = false;
        failed();
        this.environment.failed(error);
      },
    );
  }

  #later(): void {
    const { clock, coalesceMs, deadlines } = this.environment;
    this.#flushAt = clock.now() + Math.max(coalesceMs, 1);
    deadlines.schedule(this, this.#flushAt);
  }

  #hasRoom(json: string): boolean {
    const { maxMembers, maxBytes } = this.environment;
    return this.#listed.size < maxMembers && this.#listedBytes + Buffer.byteLength(json) < maxBytes;
  }

  #list(userId: string, json: string): void {
    this.#unlistBytes(userId);
    this.#listed.set(userId, json);
    this.#listedBytes += Buffer.byteLength(json) + 1;
  }

  #unlist(userId: string): void {
    this.#unlistBytes(userId);
    this.#listed.delete(userId);
  }

  #unlistBytes(userId: string): void {
    const before = this.#listed.get(userId);
    if (before !== undefined) this.#listedBytes -= Buffer.byteLength(before) + 1;
  }
}

interface DiffPart {
  readonly updates: readonly string[];
  readonly leaves: readonly string[];
}

function split(updates: readonly string[], leaves: readonly string[]): readonly DiffPart[] {
  const parts: DiffPart[] = [];
  let part: { updates: string[]; leaves: string[] } = { updates: [], leaves: [] };
  let bytes = 0;
  const room = (size: number): void => {
    bytes += size;
    const isFull = part.updates.length + part.leaves.length >= DIFF_MEMBERS || bytes > DIFF_BYTES;
    if (!isFull) return;
    parts.push(part);
    part = { updates: [], leaves: [] };
    bytes = size;
  };
  for (const update of updates) {
    room(Buffer.byteLength(update));
    part.updates.push(update);
  }
  for (const userId of leaves) {
    room(userId.length + 3);
    part.leaves.push(userId);
  }
  parts.push(part);
  return parts;
}

function nothing(): void {
  // The next check of versions finds what was not read.
}

import type { Clock } from "../clock.js";
import { DueList } from "./due-list.js";
import type {
  Fence,
  GroupList,
  GroupLook,
  GroupVersion,
  PresenceEntry,
  PresenceListener,
  PresenceStore,
  ShownMember,
} from "./store.js";

/** What one device shows, shared by its sessions so that a reconnect finds it again (PRES-25). */
interface DeviceStatus {
  readonly deviceId: string | undefined;
  status: string | undefined;
  metadata: string | undefined;
  /** Order of changes over the whole store; 0 before the first. */
  changedAt: number;
}

interface Entry {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: string;
  readonly device: DeviceStatus;
  groups: readonly string[];
  /** A new user is not shown before this instant (PRES-26); 0 once shown. */
  heldUntil: number;
  /** The end of the grace; Infinity while the session lives. */
  expiresAt: number;
}

interface Group {
  readonly epoch: string;
  version: number;
  readonly members: Map<string, ShownMember>;
  changedAt: number;
}

const GROUP_KEPT_MS = 3_600_000;
const LOOK_FOR_GROUPS_MS = 60_000;

/** Presence of one process: entries by session, from which each group's members follow. */
export class MemoryPresence implements PresenceStore {
  readonly #byUser = new Map<string, Entry[]>();
  /** Entries in hold or grace. */
  readonly #waiting = new DueList<Entry>(dueOf);
  readonly #groups = new Map<string, Group>();
  readonly #listeners: PresenceListener[] = [];
  #changes = 0;
  #minted = 0;
  #groupsAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly epochPrefix: string,
    private readonly holds: (fence: Fence) => boolean,
  ) {}

  enter({ fence, deviceId, groups }: PresenceEntry, holdMs: number): void {
    if (!this.holds(fence)) return; // PRES-14
    const { userId, sessionId, generation } = fence;
    const others = this.#byUser.get(userId) ?? [];
    const isIn = (other: Entry): boolean =>
      other.sessionId === sessionId && other.expiresAt === Infinity;
    if (others.some(isIn)) return; // entered again, but it was never taken for dead
    const before = others.find((other) => other.device.deviceId === deviceId);
    const device = before?.device ?? {
      deviceId,
      status: undefined,
      metadata: undefined,
      changedAt: 0,
    };
    // PRES-2: online only where no other session and no running grace of the user exists.
    const isNew = others.every((other) => other.heldUntil > 0);
    const heldUntil = isNew && device.status === undefined ? this.clock.now() + holdMs : 0;
    const entry: Entry = {
      userId,
      sessionId,
      generation,
      device,
      groups,
      heldUntil,
      expiresAt: Infinity,
    };
    // PRES-21: a grace of the same device ends with its return.
    const back = others.filter((other) => other.device === device && other.expiresAt !== Infinity);
    for (const other of back) this.#waiting.delete(other);
    this.#byUser.set(userId, [...others.filter((other) => !back.includes(other)), entry]);
    this.#wait(entry);
    this.#show(userId, [...groups, ...back.flatMap((other) => other.groups)]);
  }

  update(fence: Fence, status: string, metadata: string | undefined): void {
    const entry = this.#entry(fence);
    if (entry === undefined || !this.holds(fence)) return; // SESS-17
    const { device } = entry;
    const wasHeld = entry.heldUntil > 0;
    entry.heldUntil = 0;
    this.#wait(entry);
    // PRES-23: a repeated update is no change, so it does not make this device the newest.
    if (device.status !== status || device.metadata !== metadata) {
      device.status = status;
      device.metadata = metadata;
      this.#changes += 1;
      device.changedAt = this.#changes;
    } else if (!wasHeld) return;
    this.#show(entry.userId, entry.groups);
  }

  regroup(fence: Fence, groups: readonly string[]): void {
    const entry = this.#entry(fence);
    if (entry === undefined || !this.holds(fence)) return;
    const touched = [...entry.groups, ...groups];
    entry.groups = groups;
    this.#show(entry.userId, touched);
  }

  leave(fence: Fence, graceMs: number): void {
    const entry = this.#entry(fence);
    if (entry === undefined) return; // only its own entry, by its own generation
    if (graceMs > 0) {
      entry.expiresAt = this.clock.now() + graceMs; // PRES-15
      this.#wait(entry);
    } else this.#remove(entry); // PRES-18
  }

  version(name: string): GroupVersion {
    const group = this.#group(name);
    return { epoch: group.epoch, version: group.version, memberCount: group.members.size };
  }

  look(name: string, userIds: readonly string[]): GroupLook {
    const { members } = this.#group(name);
    return { ...this.version(name), members: userIds.map((userId) => members.get(userId)) };
  }

  list(name: string, limit: number): GroupList {
    const members: ShownMember[] = [];
    for (const member of this.#group(name).members.values()) {
      if (members.length >= limit) break;
      members.push(member);
    }
    return { ...this.version(name), members };
  }

  subscribe(listener: PresenceListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }

  /** Ends holds and graces that have run out, and forgets groups that are long empty. */
  sweep(): void {
    const now = this.clock.now();
    for (const entry of this.#waiting.due(now)) {
      if (entry.expiresAt <= now)
        this.#remove(entry); // PRES-19
      else this.#endHold(entry);
    }
    if (now < this.#groupsAt) return;
    this.#groupsAt = now + LOOK_FOR_GROUPS_MS;
    for (const [name, group] of this.#groups) {
      if (group.members.size === 0 && group.changedAt + GROUP_KEPT_MS <= now)
        this.#groups.delete(name);
    }
  }

  /** Starts the grace of entries whose session is no longer registered: their instance is gone. */
  abandon(graceMs: number): void {
    for (const entries of this.#byUser.values()) {
      for (const entry of entries) {
        if (entry.expiresAt === Infinity && !this.holds(entry)) this.leave(entry, graceMs);
      }
    }
  }

  /** When the next hold or grace ends; Infinity without any. */
  get nextAt(): number {
    return this.#waiting.nextAt;
  }

  /** Its instant has changed, or there is none any more. */
  #wait(entry: Entry): void {
    if (dueOf(entry) === Infinity) this.#waiting.delete(entry);
    else this.#waiting.add(entry);
  }

  #endHold(entry: Entry): void {
    entry.heldUntil = 0;
    this.#wait(entry);
    const { device } = entry;
    if (device.status === undefined) {
      device.status = "online";
      this.#changes += 1;
      device.changedAt = this.#changes;
    }
    this.#show(entry.userId, entry.groups);
  }

  #entry({ userId, sessionId, generation }: Fence): Entry | undefined {
    const entry = this.#byUser.get(userId)?.find((other) => other.sessionId === sessionId);
    return entry?.generation === generation ? entry : undefined;
  }

  #remove(entry: Entry): void {
    this.#waiting.delete(entry);
    const rest = (this.#byUser.get(entry.userId) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#byUser.delete(entry.userId);
    else this.#byUser.set(entry.userId, rest);
    this.#show(entry.userId, entry.groups);
  }

  /** Brings what the groups show of a user up to date and tells of each change. */
  #show(userId: string, groups: readonly string[]): void {
    const entries = this.#byUser.get(userId) ?? [];
    for (const name of groups) {
      const shown = shownOf(userId, entries, name);
      const group = this.#group(name);
      const before = group.members.get(userId);
      if (before?.status === shown?.status && before?.metadata === shown?.metadata) continue;
      if (shown === undefined) group.members.delete(userId);
      else group.members.set(userId, shown);
      group.version += 1;
      group.changedAt = this.clock.now();
      for (const listener of this.#listeners) listener(name, userId, group.version);
    }
  }

  #group(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      this.#minted += 1;
      const epoch = `${this.epochPrefix}${this.#minted.toString(36)}`; // PRES-17
      group = { epoch, version: 0, members: new Map(), changedAt: this.clock.now() };
      this.#groups.set(name, group);
    }
    return group;
  }
}

/** When the hold or the grace of an entry ends; Infinity without any. */
function dueOf({ heldUntil, expiresAt }: Entry): number {
  return heldUntil > 0 ? Math.min(heldUntil, expiresAt) : expiresAt;
}

/** PRES-24: the status that was changed most recently; plain online where no device ever said one. */
function shownOf(
  userId: string,
  entries: readonly Entry[],
  group: string,
): ShownMember | undefined {
  let newest: DeviceStatus | undefined;
  for (const entry of entries) {
    if (entry.heldUntil > 0 || !entry.groups.includes(group)) continue;
    if (newest === undefined || entry.device.changedAt > newest.changedAt) newest = entry.device;
  }
  if (newest === undefined) return undefined;
  const { status = "online", metadata } = newest;
  return metadata === undefined ? { userId, status } : { userId, status, metadata };
}

import type { Clock } from "../clock.js";
import type {
  ClaimResult,
  Fence,
  RegistryListener,
  Renewal,
  RenewedSession,
  SessionClaim,
  SessionPolicy,
  SessionRegistry,
} from "./store.js";

interface Registered {
  readonly userId: string;
  readonly sessionId: string;
  readonly deviceId: string | undefined;
  readonly attempt: number | undefined;
  readonly intentAt: number;
  readonly generation: string;
  leasedUntil: number;
}

const NOBODY: readonly Registered[] = [];

/** Who is connected, as leases. */
export class MemoryRegistry implements SessionRegistry {
  readonly #byUser = new Map<string, Registered[]>();
  readonly #listeners: RegistryListener[] = [];
  #generations = 0;

  constructor(
    private readonly clock: Clock,
    private readonly leaseMs: number,
  ) {}

  claim(claim: SessionClaim, policy: SessionPolicy): ClaimResult {
    const now = this.clock.now();
    const intentAt = now - claim.intentAgeMs; // SESS-3
    const displaced: Registered[] = [];
    for (const other of this.#byUser.get(claim.userId) ?? []) {
      if (other.leasedUntil <= now) displaced.push(other);
      else if (sameDevice(other, claim)) {
        if (!isLater(claim.attempt, other.attempt)) return { kind: "outdated" }; // SESS-9
        displaced.push(other); // SESS-8
      } else if (policy === "replace") {
        if (intentAt < other.intentAt) return { kind: "outdated" }; // SESS-1
        displaced.push(other);
      } else if (policy === "reject") {
        if (other.sessionId !== claim.displace) {
          return { kind: "occupied", sessionId: other.sessionId }; // SESS-4
        }
        displaced.push(other); // SESS-5
      }
    }
    if (displaced.length > 0 && !claim.proven) return { kind: "prove" }; // SESS-10
    for (const other of displaced) this.#remove(other);
    this.#generations += 1;
    const generation = this.#generations.toString(36); // SESS-16
    this.#add({ ...place(claim), intentAt, generation, leasedUntil: now + this.leaseMs });
    for (const other of displaced) {
      for (const listener of this.#listeners) listener.replaced(other.sessionId);
    }
    return { kind: "admitted", generation };
  }

  renew(sessions: readonly RenewedSession[], policy: SessionPolicy): Renewal {
    const now = this.clock.now();
    const leasedUntil = now + this.leaseMs;
    const lost: string[] = [];
    const again: string[] = [];
    for (const session of sessions) {
      const others = this.#byUser.get(session.userId) ?? [];
      const entry = others.find(({ sessionId }) => sessionId === session.sessionId);
      if (entry !== undefined) {
        entry.leasedUntil = leasedUntil;
        continue;
      }
      const taken = others.some(
        (other) => other.leasedUntil > now && (policy !== "allow" || sameDevice(other, session)),
      );
      if (taken)
        lost.push(session.sessionId); // SESS-14
      else {
        const intentAt = now - session.intentAgeMs;
        const { generation } = session;
        this.#add({ ...place(session), intentAt, generation, leasedUntil }); // SESS-15
        again.push(session.sessionId);
      }
    }
    return { lost, again };
  }

  release(fence: Fence): void {
    const entry = this.#held(fence);
    if (entry !== undefined) this.#remove(entry); // SESS-18
  }

  /** True while the fence's session is the registered one. */
  holds(fence: Fence): boolean {
    return this.#held(fence) !== undefined;
  }

  probe(sessionId: string): void {
    for (const listener of this.#listeners) listener.probed(sessionId);
  }

  alive(sessionId: string): void {
    for (const listener of this.#listeners) listener.proved(sessionId);
  }

  subscribe(listener: RegistryListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }

  /** Removes entries whose lease ran out: their instance is gone. */
  sweep(): void {
    const now = this.clock.now();
    for (const entries of this.#byUser.values()) {
      for (const entry of entries) if (entry.leasedUntil <= now) this.#remove(entry);
    }
  }

  #held({ userId, sessionId, generation }: Fence): Registered | undefined {
    for (const entry of this.#byUser.get(userId) ?? NOBODY) {
      if (entry.sessionId === sessionId) return entry.generation === generation ? entry : undefined;
    }
    return undefined;
  }

  #add(entry: Registered): void {
    const entries = this.#byUser.get(entry.userId);
    if (entries === undefined) this.#byUser.set(entry.userId, [entry]);
    else entries.push(entry);
  }

  #remove(entry: Registered): void {
    const entries = (this.#byUser.get(entry.userId) ?? []).filter((other) => other !== entry);
    if (entries.length === 0) this.#byUser.delete(entry.userId);
    else this.#byUser.set(entry.userId, entries);
  }
}

interface Device {
  readonly deviceId?: string | undefined;
}

function sameDevice(a: Device, b: Device): boolean {
  return a.deviceId !== undefined && a.deviceId === b.deviceId;
}

/** A client that sends no attempt cannot be ordered: its dial counts as the later one. */
function isLater(attempt: number | undefined, than: number | undefined): boolean {
  return attempt === undefined || than === undefined || attempt > than;
}

function place(of: {
  readonly userId: string;
  readonly sessionId: string;
  readonly deviceId?: string | undefined;
  readonly attempt?: number | undefined;
}): Pick<Registered, "userId" | "sessionId" | "deviceId" | "attempt"> {
  return {
    userId: of.userId,
    sessionId: of.sessionId,
    deviceId: of.deviceId,
    attempt: of.attempt,
  };
}

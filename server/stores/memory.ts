import { randomBytes } from "node:crypto";
import { LIMITS, TIMERS } from "../../generated/typescript/tables.js";
import { systemClock, type Clock } from "../clock.js";
import { MemoryAcks } from "./memory-acks.js";
import { MemoryLog, type LogBounds } from "./memory-log.js";
import { MemoryPresence } from "./memory-presence.js";
import { MemoryRegistry } from "./memory-registry.js";
import type { Fence, Store } from "./store.js";

/** Settings of a memory store. Durations in milliseconds. */
export interface MemoryStoreOptions {
  readonly clock?: Clock;
  readonly bounds?: Partial<LogBounds>;
  /** Life of a registry entry that is not renewed. */
  readonly leaseMs?: number;
  /** Grace given to the sessions of an instance that died. */
  readonly presenceGraceMs?: number;
  /** Makes epochs unlike those of every other store, 1 to 40 characters; random by default. */
  readonly epochPrefix?: string;
}

const SWEEP_MS = 1_000;
const ACKED_DEVICES = 1_000_000;

/**
 * A store in this process's memory. Several servers of the process may share one. What it held is gone
 * with the process, and its epochs with it, so that clients reload instead of missing events (POS-10).
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const clock = options.clock ?? systemClock();
  const bounds: LogBounds = {
    historyMs: TIMERS.historyMs.default,
    historyEvents: LIMITS.historyEvents.default,
    historyBytes: 67_108_864,
    streamIdleMs: TIMERS.streamIdleMs.default,
    streams: 1_000_000,
    dedupKeptMs: 2 * TIMERS.dedupWindowMs.default, // MSG-8
    ...options.bounds,
  };
  const graceMs = options.presenceGraceMs ?? TIMERS.presenceGraceMs.default;
  const prefix = options.epochPrefix ?? `${randomBytes(9).toString("base64url")}.`;
  const registry = new MemoryRegistry(clock, options.leaseMs ?? TIMERS.leaseMs.default);
  const holds = (fence: Fence): boolean => registry.holds(fence);
  const log = new MemoryLog(clock, bounds, prefix, holds);
  const presence = new MemoryPresence(clock, prefix, holds);
  const acks = new MemoryAcks((stream) => log.peek(stream), holds, ACKED_DEVICES);
  let sweptAt = -Infinity;
  return {
    log,
    sessions: registry,
    presence,
    acks,
    maintain() {
      const now = clock.now();
      presence.sweep();
      if (now >= sweptAt + SWEEP_MS) {
        sweptAt = now;
        registry.sweep();
        presence.abandon(graceMs);
        log.sweep();
        acks.sweep();
      }
      return Math.min(presence.nextAt - now, SWEEP_MS);
    },
    healthy: () => true,
    size: () => log.size,
    close() {
      // Nothing to give back.
    },
  };
}

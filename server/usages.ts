import type { Settings } from "./config.js";
import { Rate, UserUsage, type ClassRate, type UserRates } from "./rates.js";
import type { Refusal } from "./session-input.js";

/** What users and addresses have used of their rates, kept while it matters. */
export class Usages {
  readonly rates: UserRates;
  readonly #settings: Settings;
  readonly #users = new Map<string, UserUsage>();
  readonly #addresses = new Map<string, number>();
  readonly #addressRate: Rate;

  constructor(settings: Settings) {
    const { limits, timers } = settings;
    const { rateWindowMs, presenceUpdateMs } = timers;
    this.#settings = settings;
    this.rates = {
      messages: new Rate(limits.messagesPerMinute, rateWindowMs), // LIMIT-2
      classes: classRates(settings),
      syncs: new Rate(limits.syncsPerMinute, rateWindowMs), // LIMIT-4
      connections: new Rate(limits.connectionsPerMinute, rateWindowMs), // LIMIT-5
      presence: new Rate(presenceUpdateMs === 0 ? 0 : 1, presenceUpdateMs), // LIMIT-3
    };
    this.#addressRate = new Rate(limits.connectionsPerMinutePerAddress, rateWindowMs);
  }

  of(userId: string): UserUsage {
    let usage = this.#users.get(userId);
    if (usage === undefined) {
      usage = new UserUsage();
      this.#users.set(userId, usage);
    }
    return usage;
  }

  /** Why no further connection of an address is taken now; undefined where one is. */
  addressRefusal(address: string, now: number): Refusal | undefined {
    if (this.#settings.trustedAddresses.includes(address)) return undefined; // LIMIT-7
    const earliest = this.#addressRate.earliest(this.#addresses.get(address) ?? 0);
    if (earliest <= now) return undefined;
    const retryAfterMs = Math.ceil(earliest - now);
    return { code: 4003, reason: "too many connections from this address", retryAfterMs };
  }

  countAddress(address: string, now: number): void {
    if (this.#settings.limits.connectionsPerMinutePerAddress === 0) return; // LIMIT-7
    const used = this.#addresses.get(address) ?? 0;
    this.#addresses.set(address, this.#addressRate.taken(used, now));
  }

  forget(now: number): void {
    for (const [userId, usage] of this.#users) {
      if (usage.isSpent(now)) this.#users.delete(userId);
    }
    for (const [address, used] of this.#addresses) {
      if (used <= now) this.#addresses.delete(address);
    }
  }
}

function classRates({
  messageClasses,
  timers,
}: Settings): ReadonlyMap<string, ClassRate> | undefined {
  if (messageClasses.length === 0) return undefined;
  const rates = new Map<string, ClassRate>();
  messageClasses.forEach(({ events, perMinute }, index) => {
    const limit = { index, rate: new Rate(perMinute, timers.rateWindowMs) };
    for (const event of events) rates.set(event, limit);
  });
  return rates;
}

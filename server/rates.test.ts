import { describe, expect, test } from "vitest";
import { Rate, UserUsage } from "./rates.js";

describe("rate", () => {
  test("LIMIT-2 a whole window's allowance at once, then evenly", () => {
    const rate = new Rate(3, 60_000);
    let used = 0;
    const times: number[] = [];
    for (let now = 100_000; times.length < 6; now += 1) {
      if (rate.earliest(used) > now) continue;
      used = rate.taken(used, now);
      times.push(now - 100_000);
    }
    expect(times).toEqual([0, 1, 2, 20_000, 40_000, 60_000]);
  });

  test("LIMIT-1 a limit of 0 is off", () => {
    const rate = new Rate(0, 60_000);
    expect(rate.earliest(rate.taken(0, 5))).toBe(-Infinity);
  });

  test("LIMIT-2 debt delays what follows", () => {
    const rate = new Rate(1, 1_000);
    let used = rate.taken(0, 0);
    used = rate.taken(used, 0);
    expect(rate.earliest(used)).toBe(2_000);
  });

  test("usage is forgotten only when it is over and nobody is connected", () => {
    const usage = new UserUsage();
    usage.syncs = 100;
    expect(usage.isSpent(99)).toBe(false);
    expect(usage.isSpent(100)).toBe(true);
    usage.sessions = 1;
    expect(usage.isSpent(100)).toBe(false);
  });
});

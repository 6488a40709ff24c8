import { describe, expect, test } from "vitest";
import { Chance } from "../../conformance/hostile/chance.js";
import { availableTransports } from "../../server/testing/available-transports.js";
import { LocalFleet } from "../soak/fleet.js";
import { runDrain } from "./run.js";
import { bound, distance, exampleWait, histogram } from "./uniformity.js";

const TOLD = { baseDelayMs: 1_000, jitter: 0.5, spreadMs: 5_000, firstSpreadMs: 3_000 };

function waits(count: number, seed: number, told = TOLD): number[] {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () =>
    exampleWait(told, () => chance.below(1_000_000) / 1_000_000),
  );
}

describe("the comparison of waits", () => {
  test("takes samples of the same rule for the same", () => {
    expect(distance(waits(2_000, 1), waits(20_000, 2))).toBeLessThan(bound(2_000, 20_000));
  });

  test.each([
    ["nobody spreads", { ...TOLD, spreadMs: 0 }],
    ["the first spread is left out", { ...TOLD, firstSpreadMs: 0 }],
    ["the spread is a quarter shorter", { ...TOLD, spreadMs: 3_750 }],
  ])("finds that %s", (_what, told) => {
    expect(distance(waits(2_000, 1, told), waits(20_000, 2))).toBeGreaterThan(bound(2_000, 20_000));
  });

  test("a histogram counts every value once", () => {
    expect(histogram([0, 4, 5, 9], 2)).toEqual([
      { fromMs: 0, count: 2 },
      { fromMs: 5, count: 2 },
    ]);
  });
});

describe.each(availableTransports())("a drained server process on %s", (transport) => {
  test("RECON-32 RECON-5 sends its clients elsewhere, spread as announced, nobody early", async () => {
    const { faults, figures } = await runDrain({
      ...{ transport, seed: 1, clients: 60, fleets: 1, hangMs: 300_000 },
      fleet: (options) => Promise.resolve(new LocalFleet(options)),
      timers: { drainSpreadMs: 1_000, firstSpreadMs: 500, stableAfterMs: 500 },
    });
    expect(faults).toEqual([]);
    expect(figures).toMatchObject({ back: 60, early: 0, told: { spreadMs: 1_000 } });
  });
});

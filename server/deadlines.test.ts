import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "./clock.js";
import { Deadlines, type Timed } from "./deadlines.js";

class Probe implements Timed {
  heapIndex = -1;
  dueAt = 0;
  wantedAt = Infinity;
  readonly firedAt: number[] = [];

  tick(now: number): number {
    if (this.wantedAt > now) return this.wantedAt;
    this.firedAt.push(now);
    this.wantedAt = Infinity;
    return Infinity;
  }
}

describe("deadlines", () => {
  test("LIVE-10 everything fires once, at its own instant, however it was moved", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.nat(100), fc.nat(20), fc.boolean()), { maxLength: 100 }),
        (moves) => {
          const clock = new VirtualClock();
          const deadlines = new Deadlines(clock);
          const probes = Array.from({ length: 10 }, () => new Probe());
          const expected = probes.map((): number[] => []);
          const due = (): void => {
            probes.forEach((probe, index) => {
              if (probe.wantedAt <= clock.now()) expected[index]?.push(probe.wantedAt);
            });
          };
          for (const [index, inMs, wait, isRemoved] of moves) {
            const probe = probes[index];
            if (probe === undefined) continue;
            if (isRemoved) {
              deadlines.remove(probe);
              probe.wantedAt = Infinity;
            } else {
              probe.wantedAt = clock.now() + 1 + inMs;
              deadlines.schedule(probe, probe.wantedAt);
            }
            for (let step = 0; step < wait; step += 1) {
              const before = probes.map(({ wantedAt }) => wantedAt);
              clock.advance(1);
              before.forEach((at, n) => {
                if (at <= clock.now()) expected[n]?.push(at);
              });
            }
          }
          due();
          clock.advance(1_000);
          probes.forEach((probe, index) => {
            const rest = (expected[index] ?? []).length;
            expect(probe.firedAt.slice(0, rest)).toEqual(expected[index]);
            expect(probe.firedAt.length - rest).toBeLessThanOrEqual(1);
          });
          expect(deadlines.size).toBe(0);
        },
      ),
    );
  });

  test("a tick that asks for an instant that is past does not spin", () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock);
    let ticks = 0;
    const eager: Timed = { heapIndex: -1, dueAt: 0, tick: () => ((ticks += 1), 0) };
    deadlines.schedule(eager, 1);
    clock.advance(10);
    expect(ticks).toBe(10);
  });
});

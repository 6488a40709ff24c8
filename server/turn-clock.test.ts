import { expect, test } from "vitest";
import { VirtualClock } from "./clock.js";
import { turnClock } from "./turn-clock.js";

test("time stands still from begin to end, and goes on behind it", () => {
  const clock = new VirtualClock({ startedAt: 1_000 });
  const turns = turnClock(clock);
  turns.begin();
  const before = [turns.now(), turns.wallTime()];
  clock.advance(7);
  expect([turns.now(), turns.wallTime()]).toEqual(before);
  turns.end();
  expect([turns.now(), turns.wallTime()]).toEqual([7, 1_007]);
});

test("a second turn has its own instant", () => {
  const clock = new VirtualClock({ startedAt: 0 });
  const turns = turnClock(clock);
  turns.begin();
  expect(turns.wallTime()).toBe(0);
  turns.end();
  clock.advance(3);
  turns.begin();
  expect([turns.now(), turns.wallTime()]).toEqual([3, 3]);
});

test("a wall clock that is set is followed within a second", () => {
  const clock = new VirtualClock({ startedAt: 5_000 });
  let isSetBack = false;
  const set = {
    now: () => clock.now(),
    wallTime: () => clock.wallTime() - (isSetBack ? 4_000 : 0),
    alarm: (wake: () => void) => clock.alarm(wake),
    defer: (task: () => void) => {
      clock.defer(task);
    },
  };
  const turns = turnClock(set);
  const told = (): number => {
    turns.begin();
    const at = turns.wallTime();
    turns.end();
    return at;
  };
  expect(told()).toBe(5_000);
  isSetBack = true;
  clock.advance(999);
  expect(told()).toBe(5_999);
  clock.advance(1);
  expect(told()).toBe(2_000);
});

test("a clock of turns is not wrapped again, so that a store may share it", () => {
  const turns = turnClock(new VirtualClock());
  expect(turnClock(turns)).toBe(turns);
});

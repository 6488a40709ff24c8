import fc from "fast-check";
import { expect, test } from "vitest";
import { DueList } from "./due-list.js";

interface Item {
  at: number;
}

test("items are due at their instant, in order, whatever became of them before", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("set" as const), which: fc.nat(9), at: fc.nat(50) }),
    fc.record({ do: fc.constant("delete" as const), which: fc.nat(9) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const items: Item[] = Array.from({ length: 10 }, () => ({ at: Infinity }));
      const waiting = new Set<Item>();
      const list = new DueList<Item>(({ at }) => at);
      let now = 0;
      for (const each of steps) {
        if (each.do === "pass") {
          now += each.ms;
          const due = list.due(now);
          expect(due.map(({ at }) => at)).toEqual(
            [...due.map(({ at }) => at)].sort((a, b) => a - b),
          );
          expect(new Set(due)).toEqual(new Set([...waiting].filter(({ at }) => at <= now)));
          for (const item of due) {
            waiting.delete(item);
            list.delete(item);
          }
        } else {
          const item = items[each.which];
          if (item === undefined) continue;
          if (each.do === "set") {
            item.at = now + each.at;
            waiting.add(item);
            list.add(item);
          } else {
            waiting.delete(item);
            list.delete(item);
          }
        }
        expect(list.nextAt).toBe(Math.min(Infinity, ...[...waiting].map(({ at }) => at)));
      }
    }),
  );
});

test("asking for the next after each that comes and goes costs each little, however many wait", () => {
  const count = 20_000;
  let looked = 0;
  const list = new DueList<Item>(({ at }) => {
    looked += 1;
    return at;
  });
  const items = Array.from({ length: count }, (_, at): Item => ({ at: 15_000 + at }));
  for (const item of items) {
    list.add(item);
    expect(list.nextAt).toBe(15_000);
  }
  for (const item of items) {
    list.delete(item);
    list.due(1);
  }
  expect(list.nextAt).toBe(Infinity);
  expect(looked).toBeLessThan(10 * count);
});

test("an instant that changes again and again takes no room", () => {
  const item: Item = { at: 0 };
  let looked = 0;
  const list = new DueList<Item>(({ at }) => {
    looked += 1;
    return at;
  });
  for (let at = 1_000_000; at > 0; at -= 10) {
    item.at = at;
    list.add(item);
  }
  looked = 0;
  expect(list.due(1_000_000)).toEqual([item]);
  expect(looked).toBeLessThan(200);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { UuidTable } from "./uuid-table.js";

const owner = fc.constantFrom("a", "b", "c");
const uuid = fc.oneof(
  fc.uuid(),
  fc.nat(50).map((n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`), // many meet
);

test("MSG-8 MSG-11 it answers what was set last for the same owner and UUID, in either case", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(owner, uuid, fc.nat(), fc.boolean()), { maxLength: 2_000 }),
      (moves) => {
        const table = new UuidTable();
        const model = new Map<string, number>();
        for (const [who, id, value, isUpper] of moves) {
          const key = `${who} ${id}`;
          const known = table.find(who, isUpper ? id.toUpperCase() : id);
          expect(known?.id).toBe(model.get(key));
          table.set(who, id, value % 7, value);
          model.set(key, value);
        }
        expect(table.size).toBe(model.size);
        for (const [key, value] of model) {
          const [who = "", id = ""] = key.split(" ");
          expect(table.find(who, id)).toEqual({ place: value % 7, id: value });
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("MSG-8 ids up to 2^53-1 and a hundred thousand entries are kept exactly", () => {
  const table = new UuidTable();
  const id = (n: number): string =>
    `${n.toString(16).padStart(8, "0")}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
  for (let n = 0; n < 100_000; n += 1) table.set("a", id(n), n, Number.MAX_SAFE_INTEGER - n);
  for (let n = 0; n < 100_000; n += 997) {
    expect(table.find("a", id(n))).toEqual({ place: n, id: Number.MAX_SAFE_INTEGER - n });
  }
  expect(table.find("a", id(100_000))).toBeUndefined();
  expect(table.find("b", id(1))).toBeUndefined();
});

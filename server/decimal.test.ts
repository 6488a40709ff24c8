import fc from "fast-check";
import { expect, test } from "vitest";
import { decimal } from "./decimal.js";

test("the digits are those of the number", () => {
  const near = fc.constantFrom(0, 999, 1_000, 1_001, 999_999, 1_000_000, 2 ** 31, 2 ** 32);
  fc.assert(
    fc.property(fc.oneof(near, fc.maxSafeNat()), (value) => {
      expect(decimal(value)).toBe(String(value));
    }),
    { examples: [[Number.MAX_SAFE_INTEGER], [Number.MAX_SAFE_INTEGER - 999]] },
  );
});

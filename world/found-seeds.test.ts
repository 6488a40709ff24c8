import { expect, it } from "vitest";
import { describeFinding, searchSeeds } from "./search.js";

it.each([
  [3_183, "a store that lost what it had accepted refuses the repeat"],
  [50_281, "a reload that ended without a connection"],
  [54_806, "a CONNECT came for an attempt that was over"],
  [55_406, "a client that is asked for something at the instant of its waking"],
  [68_443, "a server with less patience than its links and its judge need"],
  [70_060, "handlers that are still at work when all should rest"],
])("seed %i, which once broke a rule: %s", async (seed) => {
  const finding = await searchSeeds([seed]);
  expect(finding === undefined ? "nothing" : describeFinding(finding)).toBe("nothing");
});

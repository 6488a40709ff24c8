import { expect, it } from "vitest";
import { describeFinding, searchSeeds } from "./search.js";

const FIRST = 501;
const BATCH = 50;

// The worlds of this file and its twin are the 1000 of the ordinary tests; two files, so that two cores share them.
it.each(Array.from({ length: 10 }, (_, batch) => FIRST + batch * BATCH))(
  "SYNC-2, MSG-9, PRES-9 and the rest hold in 50 worlds from seed %i",
  async (first) => {
    const seeds = Array.from({ length: BATCH }, (_, index) => first + index);
    const finding = await searchSeeds(seeds);
    expect(finding === undefined ? "nothing" : describeFinding(finding)).toBe("nothing");
  },
);

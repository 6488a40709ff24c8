// The words in which every report says how a run ended.

import type { RunResult } from "../runner/verdict.js";
import { roleOf, type Standing, type Tally } from "./matrix.js";

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  broken: "broken",
  warned: "warning",
  unjudged: "not judged",
  kept: "kept",
  unrun: "not run",
  review: "by review",
};

export interface Outcome {
  /** One or two words, for the badge. */
  readonly short: string;
  /** A sentence. */
  readonly long: string;
  readonly tone: "good" | "bad" | "open";
}

/** How a run ended, by its exit code; what it did not judge is never called kept. */
export function outcomeOf(run: RunResult, exitCode: number, total: Tally): Outcome {
  const who = roleOf(run.tier);
  const isWhole = total.unrun === 0 && total.unjudged === 0;
  switch (exitCode) {
    case 0: {
      const but = run.knownFailing === undefined ? "" : ", but for what is listed as known to fail";
      const what = isWhole ? "the contract" : "what this run judged of the contract";
      return { short: "conformant", long: `This ${who} keeps ${what}${but}.`, tone: "good" };
    }
    case 1:
      return { short: "not conformant", long: `This ${who} breaks the contract.`, tone: "bad" };
    case 3:
      return { short: "incomplete", long: "No verdict: the run is incomplete.", tone: "open" };
    default:
      return { short: "no verdict", long: "No verdict: the suite itself failed.", tone: "open" };
  }
}

/** How many requirements a test could judge. */
export function judgeable(total: Tally): number {
  return total.broken + total.warned + total.unjudged + total.kept + total.unrun;
}

/** Who was judged, in one line. */
export function testeeName(run: RunResult): string {
  const { testee, target } = run;
  return testee ? `${testee.implementation} ${testee.version} (${testee.language})` : target;
}

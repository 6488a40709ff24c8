// In what order, how often and with which seeds a run takes its cases.

import { createHash } from "node:crypto";

import type { Case } from "../cases/case.js";

export interface Plan {
  /** How often every case runs. */
  readonly rounds: number;
  /** Draws the order of each round from its seed. */
  readonly shuffle: boolean;
}

export interface Round {
  readonly seed: number;
  readonly cases: readonly Case[];
}

function rank(seed: number, testCase: Case): string {
  return createHash("sha256").update(`order/${seed}/${testCase.id}`).digest("hex");
}

/** The same seed gives the same order, whichever other cases are chosen. */
export function shuffled(cases: readonly Case[], seed: number): readonly Case[] {
  return cases
    .map((testCase) => ({ testCase, rank: rank(seed, testCase) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ testCase }) => testCase);
}

/** The first round has the seed of the run, each further one the next: any can be repeated by itself. */
export function roundsOf(cases: readonly Case[], firstSeed: number, plan: Plan): readonly Round[] {
  return Array.from({ length: plan.rounds }, (_, index) => {
    const seed = (firstSeed + index) % 2 ** 32;
    return { seed, cases: plan.shuffle ? shuffled(cases, seed) : cases };
  });
}

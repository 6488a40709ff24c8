// Which cases a run takes. A pattern that matches nothing is a mistake, never an empty success.

import type { Case, Tier } from "../cases/case.js";
import { UsageError } from "../usage-error.js";

export interface Choice {
  readonly tier: Tier;
  /** Patterns of case ids; `*` stands for anything. Empty: all. */
  readonly cases: readonly string[];
  /** Requirement ids or patterns (SYNC-*). Empty: all. */
  readonly requirements: readonly string[];
}

/** Whether an id fits a pattern; `*` stands for anything. */
export function matcher(pattern: string): (text: string) => boolean {
  const source = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, "\\$&"));
  const expression = new RegExp(`^${source.join(".*")}$`, "u");
  return (text) => expression.test(text);
}

export function chooseCases(all: readonly Case[], choice: Choice): readonly Case[] {
  const ofTier = all.filter((each) => each.tier === choice.tier);
  for (const pattern of choice.cases) {
    if (!ofTier.some((each) => matcher(pattern)(each.id))) {
      throw new UsageError(`--case ${pattern} matches no case of the ${choice.tier} tier`);
    }
  }
  for (const pattern of choice.requirements) {
    if (!ofTier.some((each) => each.requirements.some(matcher(pattern)))) {
      throw new UsageError(`--req ${pattern} matches no case of the ${choice.tier} tier`);
    }
  }
  const byId = choice.cases.map(matcher);
  const byRequirement = choice.requirements.map(matcher);
  return ofTier.filter(
    (each) =>
      (byId.length === 0 || byId.some((fits) => fits(each.id))) &&
      (byRequirement.length === 0 ||
        each.requirements.some((id) => byRequirement.some((fits) => fits(id)))),
  );
}

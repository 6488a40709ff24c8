// Which checks earn their place: an expect or a never does when it killed a mutant by a requirement that
// the mutant breaks. Any other needs a note that says what it is for.

import { verbOf, type Case } from "../cases/case.js";
import type { PowerRecord } from "./record.js";

export interface Check {
  readonly case: string;
  readonly step: number;
  readonly verb: "expect" | "never";
}

function keyOf(caseId: string, step: number): string {
  return `${caseId} ${step}`;
}

/** Cases that one `for` made share their steps: what one earned holds for all. */
function familyOf({ id, vars }: Case): string {
  const values = Object.values(vars).filter(
    (each) => typeof each === "string" || typeof each === "number",
  );
  const value = values.find((each) => id.endsWith(`-${each}`));
  return value === undefined ? id : id.slice(0, -String(value).length - 1);
}

/** The checks without which no mutant of the record would have been missed, and which give no reason. */
export function unearned(cases: readonly Case[], record: PowerRecord): readonly Check[] {
  const families = new Map(cases.map((each) => [each.id, familyOf(each)]));
  const earned = new Set<string>();
  for (const { requirements, failing } of Object.values(record.mutants)) {
    for (const { case: id, step, cites } of failing) {
      if (step === undefined || !cites.some((cited) => requirements.includes(cited))) continue;
      earned.add(keyOf(families.get(id) ?? id, step));
    }
  }
  const seen = new Set<string>();
  return cases.flatMap((each) =>
    each.steps.flatMap((step, index) => {
      const verb = verbOf(step);
      if ((verb !== "expect" && verb !== "never") || step.note !== undefined) return [];
      const key = keyOf(families.get(each.id) ?? each.id, index);
      if (earned.has(key) || seen.has(key)) return [];
      seen.add(key);
      return [{ case: each.id, step: index, verb }];
    }),
  );
}

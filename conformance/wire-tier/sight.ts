// What the wire can show of a client, and what it cannot.

import type { Case } from "../cases/case.js";
import type { Contract, Requirement } from "../contract.js";
import type { CaseResult } from "../runner/verdict.js";

function binds({ level, role, observable }: Requirement): boolean {
  return level.startsWith("MUST") && role !== "server" && observable !== "review";
}

/** Not having judged this leaves something open that the wire would have shown. */
export function blocks(result: CaseResult, contract: Contract): boolean {
  return result.requirements.some((id) => {
    const requirement = contract.requirements.get(id);
    return requirement?.observable === "wire" && binds(requirement);
  });
}

/** MUSTs of a client that none of these cases is about. */
export function unseenOf(cases: readonly Case[], contract: Contract): readonly string[] {
  const cited = new Set(cases.flatMap((each) => each.requirements));
  return [...contract.requirements.values()]
    .filter((each) => binds(each) && !cited.has(each.id))
    .map((each) => each.id);
}

const TRIED = new Set(["pass", "fail", "warn", "untestable"]);

/** Sentences for the end of a report. */
export function notesOf(
  results: readonly CaseResult[],
  unseen: readonly string[],
  contract: Contract,
): readonly string[] {
  const cited = new Set(results.flatMap((each) => each.requirements));
  const judged = new Set(
    results.filter((each) => TRIED.has(each.verdict)).flatMap((each) => each.requirements),
  );
  const open = [...cited].filter((id) => !judged.has(id)).sort();
  const all = [...contract.requirements.values()].filter(binds).length;
  const seen = [...judged].filter((id) => {
    const requirement = contract.requirements.get(id);
    return requirement !== undefined && binds(requirement);
  });
  return [
    `judged from the wire: ${seen.length} of the ${all} MUSTs of a client`,
    ...(open.length === 0 ? [] : [`not reached: ${open.join(" ")}`]),
    ...(unseen.length === 0
      ? []
      : [
          `the wire cannot show ${unseen.length} MUSTs: ${unseen.join(" ")}`,
          "what the application was handed does not show on the wire: order, loss and whether an event came twice (STREAM-5, STREAM-6) need the driven tier, latido conformance client -- ./adapter",
        ]),
  ];
}

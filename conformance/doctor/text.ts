// The diagnosis for a person.

import type { Diagnosis, Finding } from "./finding.js";

export function findingText({ status, check, title, problem, advice }: Finding): string {
  return [
    `${status.padEnd(13)} ${check.padEnd(14)} ${title}`,
    ...(problem === undefined ? [] : [`              ${problem}`]),
    ...(advice === undefined ? [] : [`              what to do: ${advice}`]),
  ].join("\n");
}

function number(diagnosis: Diagnosis, status: Finding["status"]): number {
  return diagnosis.findings.filter((each) => each.status === status).length;
}

export function diagnosisText(diagnosis: Diagnosis): string {
  const { testee, healthy } = diagnosis;
  const who = testee
    ? `${testee.implementation} ${testee.version} (${testee.language})`
    : "the adapter";
  if (!healthy) {
    const problems = number(diagnosis, "problem");
    return `${who}: ${problems} ${problems === 1 ? "problem" : "problems"}; mend the first and ask again`;
  }
  const missing = number(diagnosis, "not declared");
  const lacking = missing === 0 ? "" : `; ${missing} optional commands are not declared`;
  return `${who}: fit to be judged${lacking}. Next: latido conformance client -- <the same command>`;
}

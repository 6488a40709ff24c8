// junit.xml, for whatever collects test reports.

import type { Requirement } from "../contract.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { failureText } from "./text.js";

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/gu, "\ufffd");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function outcome(result: CaseResult, requirements: ReadonlyMap<string, Requirement>): string {
  const message = `message="${escaped(result.failure?.problem ?? "")}" type="${result.failure?.kind ?? ""}"`;
  const text = escaped(failureText(result, requirements));
  switch (result.verdict) {
    case "pass":
      return "";
    case "warn":
      return `<system-out>${text}</system-out>`;
    case "n/a":
    case "inconclusive":
      return `<skipped message="${escaped(`${result.verdict}: ${result.failure?.problem ?? ""}`)}"/>`;
    case "error":
      return `<error ${message}>${text}</error>`;
    case "fail":
    case "untestable":
      return `<failure ${message}>${text}</failure>`;
  }
}

export function junit(run: RunResult, requirements: ReadonlyMap<string, Requirement>): string {
  const count = (...verdicts: readonly string[]): number =>
    run.cases.filter((each) => verdicts.includes(each.verdict)).length;
  const attributes = [
    `name="latido conformance, ${run.tier} tier"`,
    `tests="${run.cases.length}"`,
    `failures="${count("fail", "untestable")}"`,
    `errors="${count("error")}"`,
    `skipped="${count("n/a", "inconclusive")}"`,
    `time="${seconds(run.durationMs)}"`,
    `timestamp="${run.startedAt}"`,
  ].join(" ");
  const cases = run.cases.map((each) => {
    const [area = ""] = each.id.split("/");
    const name = `${each.id}: ${each.title} [${each.requirements.join(", ")}]`;
    const inner = outcome(each, requirements);
    const open = `<testcase classname="${run.tier}.${area}" name="${escaped(name)}" time="${seconds(each.durationMs)}"`;
    return inner === "" ? `    ${open}/>` : `    ${open}>${inner}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${attributes}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

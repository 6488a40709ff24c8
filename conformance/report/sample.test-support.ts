// Results made by hand, for the tests of the reports.

import type { CaseResult, Failure, RunResult } from "../runner/verdict.js";

export function passedCase(id: string, over: Partial<CaseResult> = {}): CaseResult {
  return {
    id,
    title: `The case ${id}`,
    role: "client",
    tier: "driven",
    level: "MUST",
    requirements: ["STREAM-6"],
    verdict: "pass",
    durationMs: 12,
    seed: 7,
    stalledMs: 0,
    assertions: [],
    steps: ['drive {"open":{}}', 'expect {"report":"delivered"}'],
    transcript: [],
    stderr: "",
    command: `latido conformance client --case ${id} --seed 1 -- ./adapter`,
    ...over,
  };
}

export function failedCase(
  id: string,
  failure: Partial<Failure>,
  over: Partial<CaseResult> = {},
): CaseResult {
  const requirements = over.requirements ?? ["STREAM-6"];
  return passedCase(id, {
    verdict: "fail",
    failure: { kind: "mismatch", requirements, problem: "it was different", ...failure },
    ...over,
  });
}

export function runOf(cases: readonly CaseResult[], over: Partial<RunResult> = {}): RunResult {
  return {
    tier: "driven",
    target: "./adapter",
    seed: 1,
    testee: { implementation: "sample", version: "1.0.0", language: "none", capabilities: [] },
    suiteVersion: "0.1.0",
    startedAt: "2026-01-02T03:04:05.000Z",
    durationMs: 1234,
    cases,
    staleKnownFailing: [],
    ...over,
  };
}

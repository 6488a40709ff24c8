// What the doctor found.

import type { Hello } from "../driver/protocol.js";

export type FindingStatus = "ok" | "problem" | "warning" | "not declared" | "not tried";

export interface Finding {
  readonly check: string;
  readonly title: string;
  readonly status: FindingStatus;
  /** What is wrong, where something is. */
  readonly problem?: string;
  /** What to do about it. */
  readonly advice?: string;
  readonly durationMs: number;
}

export interface Diagnosis {
  readonly format: 1;
  readonly testee?: Hello;
  readonly findings: readonly Finding[];
  readonly healthy: boolean;
}

export function diagnosisOf(findings: readonly Finding[], testee: Hello | undefined): Diagnosis {
  const healthy = findings.every(({ status }) => status !== "problem" && status !== "not tried");
  return { format: 1, ...(testee ? { testee } : {}), findings, healthy };
}

import type { Case } from "../cases/case.js";
import type { Contract } from "../contract.js";
import type { CaseResult } from "./verdict.js";

export interface RunOptions {
  readonly cases: readonly Case[];
  readonly contract: Contract;
  readonly seed: number;
  /** How long to wait for something that must come. Never a judgement of speed. */
  readonly hangMs: number;
  /** The command line that repeats one case with the seed of its run. */
  readonly repeat: (caseId: string, seed: number) => string;
  /** Testee processes that share the cases (driven tier). Default 1. */
  readonly jobs?: number;
  /** Ends the run: the case at work is given up, none is begun after it. */
  readonly signal?: AbortSignal;
  readonly onStart?: (testCase: Case, index: number) => void;
  readonly onResult?: (result: CaseResult) => void;
  /** Ends the run after a result. */
  readonly stopWhen?: (result: CaseResult) => boolean;
}

export const DEFAULT_HANG_MS = 5_000;

/** A stall of the runner beyond this makes a missing or early answer worthless as evidence. */
export const STALL_LIMIT_MS = 1_000;

/** The same for the canary's end: the profile `short` ends a connection that is silent for 900 ms. */
export const CANARY_STALL_LIMIT_MS = 450;

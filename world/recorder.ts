import type { Fact, Violation } from "./history.js";

/** Sees every fact as it happens. A world keeps none of them unless somebody asks. */
export interface Recorder {
  record(fact: Fact): void;
}

/** One part of the judgement; finds what it finds in one pass over the facts. */
export interface Checker {
  readonly violations: readonly Violation[];
  see(fact: Fact): void;
  /** Judges what can only be known at the end. */
  finish?(at: number): void;
}

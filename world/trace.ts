import type { SessionEffect, SessionInput } from "./sessions.js";

/** One turn of a client session: what it was told, what it wanted, when it wants to be called again. */
export interface TraceStep {
  /** Virtual time of the world, milliseconds. */
  readonly at: number;
  readonly client: number;
  readonly life: number;
  /** The time that the session was given, milliseconds since 1970. */
  readonly now: number;
  readonly input: SessionInput;
  readonly effects: readonly SessionEffect[];
  readonly deadline: number | undefined;
}

/** Takes the steps as they happen. */
export interface TraceSink {
  step(step: TraceStep): void;
}

/** For runs that nobody reads. */
export const noTrace: TraceSink = { step: () => undefined };

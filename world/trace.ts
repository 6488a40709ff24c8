import type { SessionEffect, SessionInput, SessionSettings } from "./sessions.js";

/** A process of a client began, with a session of these settings. */
export interface TraceStart {
  /** Virtual time of the world, milliseconds. */
  readonly at: number;
  readonly client: number;
  readonly life: number;
  readonly settings: SessionSettings;
}

/** One turn of a client session: what it was told, what it wanted, when it wants to be called again. */
export interface TraceStep {
  /** Virtual time of the world, milliseconds. */
  readonly at: number;
  readonly client: number;
  readonly life: number;
  /** The time that the session was given, milliseconds since 1970. */
  readonly now: number;
  readonly input: SessionInput;
  /** What chance gave, uniform in [0, 1), in the order in which it was drawn. */
  readonly chances: readonly number[];
  readonly effects: readonly SessionEffect[];
  readonly deadline: number | undefined;
}

/** Takes the steps as they happen. */
export interface TraceSink {
  start?(start: TraceStart): void;
  step(step: TraceStep): void;
}

/** For runs that nobody reads. */
export const noTrace: TraceSink = { step: () => undefined };

import type { Fact, WireFrame } from "../history.js";
import type { SessionEffect, SessionInput, SessionSettings } from "../sessions.js";

/** The first line of a trace: which it is, and what its session was made with. */
export interface TraceHead {
  /** Unique over all traces: the seed, the client and the life of its process. */
  readonly name: string;
  readonly seed: number;
  /** Place in the order of everything that happened in the world. */
  readonly n: number;
  readonly client: number;
  readonly life: number;
  readonly settings: SessionSettings;
}

/** An effect as a vector keeps it: a frame is JSON and not text, and no effect has a timestamp. */
export type VectorEffect =
  | Exclude<SessionEffect, { readonly type: "send" | "trace" }>
  | { readonly type: "send"; readonly generation: number; readonly frame: WireFrame };

/** One input and what came of it. */
export interface VectorStep {
  readonly n: number;
  /** Milliseconds since 1970, as the session was told. */
  readonly now: number;
  readonly input: SessionInput;
  /** What chance gives during this input, in order; absent where nothing is drawn. */
  readonly chances?: readonly number[];
  readonly effects: readonly VectorEffect[];
  /** When the session wants its next tick; absent where it waits for nothing. */
  readonly deadline?: number;
}

/** What happened in the world outside of its client sessions: only a judge of histories reads it. */
export interface VectorFact {
  readonly n: number;
  readonly fact: Fact;
}

/** One session from its beginning to its end, or to the end of its world. */
export interface Trace {
  readonly head: TraceHead;
  readonly steps: readonly VectorStep[];
}

/** All sessions of one world, and what else happened there. */
export interface WorldVector {
  readonly seed: number;
  readonly traces: readonly Trace[];
  readonly facts: readonly VectorFact[];
}

/**
 * What a session wanted, as a vector keeps it; undefined for what is for people alone. A frame that was not
 * sent with the time `now` keeps what it has instead.
 */
export function vectorEffect(effect: SessionEffect, now: number): VectorEffect | undefined {
  switch (effect.type) {
    case "trace":
      return undefined;
    case "send": {
      const frame = JSON.parse(effect.text) as WireFrame;
      const isTimely = frame.timestamp === new Date(now).toISOString();
      const kept = isTimely ? withoutTimestamp(frame) : { timestamp: "none", ...frame };
      return { type: "send", generation: effect.generation, frame: kept };
    }
    case "deliver":
      return { ...effect, event: withoutTimestamp(effect.event) };
    default:
      return effect;
  }
}

function withoutTimestamp<Frame extends object>(frame: Frame): Frame {
  return Object.fromEntries(
    Object.entries(frame).filter(([name]) => name !== "timestamp"),
  ) as Frame;
}

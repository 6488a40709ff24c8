/** What is asked of a server over and over. */
export type Work =
  /** Every connection keeps so many MESSAGEs unanswered; `isHeard` where the sender gets each EVENT too. */
  | {
      readonly kind: "messages";
      readonly connections: number;
      readonly inFlight: number;
      readonly isHeard: boolean;
    }
  /** Bursts of so many events, published in one turn, to every subscriber. */
  | { readonly kind: "fan-out"; readonly subscribers: number; readonly burst: number };

export interface Job {
  readonly name: string;
  readonly title: string;
  readonly work: Work;
  /** Server CPU an operation, baseline ÷ ours: below `gate` the run fails; the others say how good it is. */
  readonly bars?: Bars;
}

/** What a ratio must reach, and what would be better. */
export interface Bars {
  readonly gate: number;
  readonly good: number;
  readonly excellent: number;
}

/** The jobs, each against bare uWebSockets.js; those without bars are measured to be known. */
export const JOBS: readonly Job[] = [
  {
    name: "pipelined",
    title:
      "MESSAGE to MESSAGE_ACK, 32 connections × 16 in flight, against an echo of the same bytes",
    work: { kind: "messages", connections: 32, inFlight: 16, isHeard: false },
    bars: { gate: 0.2, good: 0.25, excellent: 0.3 },
  },
  {
    name: "ping-pong",
    title:
      "MESSAGE to MESSAGE_ACK, 64 connections × 1 in flight, against an echo of the same bytes",
    work: { kind: "messages", connections: 64, inFlight: 1, isHeard: false },
    bars: { gate: 0.45, good: 0.58, excellent: 0.65 },
  },
  {
    name: "pipelined-heard",
    title: "as pipelined, and every sender gets its EVENT: two frames out for one in",
    work: { kind: "messages", connections: 32, inFlight: 16, isHeard: true },
  },
  {
    name: "ping-pong-heard",
    title: "as ping-pong, and every sender gets its EVENT: two frames out for one in",
    work: { kind: "messages", connections: 64, inFlight: 1, isHeard: true },
  },
  {
    name: "fan-out",
    title: "EVENT in bursts of 8 to 1 000 subscribers, against native publish of the same bytes",
    work: { kind: "fan-out", subscribers: 1_000, burst: 8 },
    bars: { gate: 0.7, good: 0.85, excellent: 0.95 },
  },
];

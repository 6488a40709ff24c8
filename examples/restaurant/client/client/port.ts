import type { ClientFrame } from "../messages.js";
import type { SessionEffect } from "./effects.js";
import type { Move } from "./machine.js";
import type { Announced } from "./settings.js";
import type { Counters } from "./statistics.js";
import type { Timers } from "./timers.js";

/** A client frame without its timestamp, which the session adds. */
export type Outgoing = ClientFrame extends infer Frame
  ? Frame extends ClientFrame
    ? Omit<Frame, "timestamp">
    : never
  : never;

/** What the parts of a session share: the time of the present input, and where effects go. */
export interface Port {
  /** Time of the present input, in milliseconds. */
  readonly now: number;
  /** Between CONNECT and the end of its connection. */
  readonly connected: boolean;
  readonly announced: Announced;
  readonly timers: Timers;
  readonly counters: Counters;
  random(): number;
  emit(effect: SessionEffect): void;
  /** The frame as it goes onto the wire now. */
  encode(frame: Outgoing): string;
  /** A lifecycle table's row was taken. */
  moved(move: Move): void;
  /** Write a frame; only while connected. */
  send(frame: Outgoing): void;
  /** The same for text that was encoded before. */
  sendText(text: string): void;
}

import {
  SERVER_CONNECTION,
  type ServerConnectionInput,
  type ServerConnectionState,
} from "../generated/typescript/tables.js";
import type { FrameInput, SessionInput } from "./session-input.js";

/** The inputs of each state: a set is asked for every input, and is quicker than the table. */
const LISTED: Readonly<Record<ServerConnectionState, ReadonlySet<string>>> = {
  opening: listedIn("opening"),
  connected: listedIn("connected"),
  paused: listedIn("paused"),
  closing: listedIn("closing"),
  closed: listedIn("closed"),
};

const FRAMES: ReadonlySet<string> = new Set(
  Object.values(LISTED).flatMap((names) => [...names].filter((name) => name.startsWith("frame:"))),
);

/** Whether the table of spec/lifecycle.yaml lists the input in the state; others are ignored. */
export function isListed(state: ServerConnectionState, name: ServerConnectionInput): boolean {
  return LISTED[state].has(name);
}

/** Whether the input is a frame of the peer. */
export function isFrame(input: SessionInput): input is FrameInput {
  return FRAMES.has(input.name);
}

/** Whether the table has a move from one state to the other by the input. */
export function leads(
  from: ServerConnectionState,
  to: ServerConnectionState,
  input: ServerConnectionInput,
): boolean {
  return SERVER_CONNECTION.moves[from][input]?.some((move) => move.to === to) === true;
}

function listedIn(state: ServerConnectionState): ReadonlySet<string> {
  return new Set(Object.keys(SERVER_CONNECTION.moves[state]));
}

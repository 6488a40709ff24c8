import {
  SERVER_CONNECTION,
  type ServerConnectionInput,
  type ServerConnectionState,
} from "../generated/typescript/tables.js";
import type { FrameInput, SessionInput } from "./session-input.js";

/** The inputs that a state lists, and whether each is a frame of the peer. */
export type Inputs = ReadonlyMap<string, boolean>;

const INPUTS: Readonly<Record<ServerConnectionState, Inputs>> = {
  opening: listedIn("opening"),
  connected: listedIn("connected"),
  paused: listedIn("paused"),
  closing: listedIn("closing"),
  closed: listedIn("closed"),
};

/**
 * What the table of spec/lifecycle.yaml lists in a state; other inputs are ignored there. A session asks
 * for every input, which a map answers quicker than the table.
 */
export function inputsOf(state: ServerConnectionState): Inputs {
  return INPUTS[state];
}

/** @param answer what `inputsOf` has for it */
export function isFrame(input: SessionInput, answer: boolean): input is FrameInput {
  return answer;
}

/** Whether the table has a move from one state to the other by the input. */
export function leads(
  from: ServerConnectionState,
  to: ServerConnectionState,
  input: ServerConnectionInput,
): boolean {
  return SERVER_CONNECTION.moves[from][input]?.some((move) => move.to === to) === true;
}

function listedIn(state: ServerConnectionState): Inputs {
  const names = Object.keys(SERVER_CONNECTION.moves[state]);
  return new Map(names.map((name) => [name, name.startsWith("frame:")]));
}

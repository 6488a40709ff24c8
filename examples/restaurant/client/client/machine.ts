import type { Machine } from "../tables.js";
import { LocalProtocolError } from "./errors.js";

/** A row of a lifecycle table that was taken. */
export interface Move {
  readonly machine: "clientConnection" | "clientStream";
  /** Name of the stream; empty for the connection. */
  readonly subject: string;
  readonly from: string;
  readonly input: string;
  readonly to: string;
}

/** One machine of spec/lifecycle.yaml at work: its state changes only along a row of its table (LIB-15). */
export class RunningMachine<State extends string, Input extends string> {
  readonly #table: Machine<State, Input>;
  readonly #moved: (from: State, input: Input, to: State) => void;
  #state: State;

  /** @param moved told of every move, before it has effects. */
  constructor(table: Machine<State, Input>, moved: (from: State, input: Input, to: State) => void) {
    this.#table = table;
    this.#moved = moved;
    this.#state = table.initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether the table lists this input in the present state; the others are ignored. */
  accepts(input: Input): boolean {
    return this.#table.moves[this.#state][input] !== undefined;
  }

  /**
   * Take the row that leads to `to`.
   * @throws LocalProtocolError when the table has no such row: a defect of this library, never of a peer.
   */
  move(input: Input, to: State): void {
    const rows = this.#table.moves[this.#state][input] ?? [];
    if (!rows.some((row) => row.to === to)) {
      throw new LocalProtocolError(
        `The lifecycle table has no move from ${this.#state} by ${input} to ${to}`,
      );
    }
    this.#moved(this.#state, input, to);
    this.#state = to;
  }

  /** Take the row that leaves the state as it is. */
  stay(input: Input): void {
    this.move(input, this.#state);
  }
}

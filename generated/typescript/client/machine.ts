import type { Machine } from "../tables.js";
import { LocalProtocolError } from "./errors.js";

/** One machine of spec/lifecycle.yaml at work: its state changes only along a row of its table (LIB-15). */
export class RunningMachine<State extends string, Input extends string> {
  readonly #table: Machine<State, Input>;
  #state: State;

  constructor(table: Machine<State, Input>) {
    this.#table = table;
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
    this.#state = to;
  }
}

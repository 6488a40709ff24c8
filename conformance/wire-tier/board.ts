// What a person who watches a run is shown: the checklist, what is being waited for, what to try.

import type { Case } from "../cases/case.js";
import type { CaseResult, Verdict } from "../runner/verdict.js";

export type LineState = "open" | "running" | "watched" | Verdict;

export interface Line {
  readonly id: string;
  readonly title: string;
  readonly requirements: readonly string[];
  readonly state: LineState;
  /** Why, where the state is not a pass. */
  readonly problem?: string;
}

export interface BoardState {
  readonly lines: readonly Line[];
  readonly addresses: readonly string[];
  readonly client?: string;
  /** What happens now, in one sentence. */
  readonly phase: string;
  /** What the person might do, newest last. */
  readonly hints: readonly string[];
  readonly over: boolean;
}

const MAX_HINTS = 6;

function lineOf({ id, title, requirements, standing }: Case): Line {
  return { id, title, requirements, state: standing === undefined ? "open" : "watched" };
}

export class Board {
  #state: BoardState;
  readonly #listeners = new Set<(state: BoardState) => void>();

  constructor(cases: readonly Case[]) {
    this.#state = {
      lines: cases.map(lineOf),
      addresses: [],
      phase: "starting",
      hints: [],
      over: false,
    };
  }

  get state(): BoardState {
    return this.#state;
  }

  /** Returns what ends it. */
  subscribe(listener: (state: BoardState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(change: Partial<BoardState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener(this.#state);
  }

  listening(addresses: readonly string[]): void {
    this.#set({ addresses });
  }

  phase(phase: string): void {
    if (phase !== this.#state.phase) this.#set({ phase });
  }

  client(client: string): void {
    if (client !== this.#state.client) this.#set({ client });
  }

  /** Each hint is given once. */
  hint(hint: string): void {
    if (this.#state.hints.includes(hint)) return;
    this.#set({ hints: [...this.#state.hints, hint].slice(-MAX_HINTS) });
  }

  running(testCase: Case): void {
    this.#line(testCase.id, { state: "running" });
  }

  broken(testCase: Case, problem: string): void {
    this.#line(testCase.id, { state: testCase.level === "SHOULD" ? "warn" : "fail", problem });
  }

  result({ id, verdict, failure }: CaseResult): void {
    this.#line(id, {
      state: verdict,
      ...(failure === undefined ? {} : { problem: failure.problem }),
    });
  }

  over(phase: string): void {
    this.#set({ phase, over: true });
  }

  #line(id: string, change: Partial<Line>): void {
    const lines = this.#state.lines.map((line) => (line.id === id ? { ...line, ...change } : line));
    this.#set({ lines });
  }
}

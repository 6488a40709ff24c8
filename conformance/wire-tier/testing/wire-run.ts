import { loadCases } from "../../cases/load.js";
import { loadContract } from "../../contract.js";
import { chooseCases } from "../../runner/choose.js";
import { exitCode, type CaseResult, type RunResult, type Verdict } from "../../runner/verdict.js";
import { Board } from "../board.js";
import { wireCases } from "../eligible.js";
import { runWire } from "../run.js";

export interface WireRunSettings {
  readonly cases?: readonly string[];
  readonly hangMs?: number;
  readonly idleMs?: number;
  readonly command?: readonly string[];
  /** Called with the address as soon as the suite listens. */
  readonly meet?: (url: string, board: Board, stop: () => void) => void;
}

export interface WireRun {
  readonly result: RunResult;
  readonly code: number;
  readonly board: Board;
  readonly of: (id: string) => CaseResult;
  /** Ids of all results with one of these verdicts. */
  readonly with: (...verdicts: readonly Verdict[]) => readonly string[];
}

/** A run of the wire tier on a free port of this machine. */
export async function wireRun(settings: WireRunSettings): Promise<WireRun> {
  const repertoire = wireCases(loadCases());
  const choice = { tier: "wire", cases: settings.cases ?? [], requirements: [] } as const;
  const cases = chooseCases(repertoire, choice);
  const board = new Board(cases);
  const stop = new AbortController();
  const result = await runWire({
    cases,
    repertoire,
    contract: loadContract(),
    seed: 7,
    hangMs: settings.hangMs ?? 5_000,
    repeat: (id, seed) => `latido conformance client --case ${id} --seed ${seed} --listen 0`,
    host: "127.0.0.1",
    port: 0,
    idleMs: settings.idleMs ?? 10_000,
    signal: stop.signal,
    board,
    ...(settings.command === undefined ? {} : { command: settings.command }),
    onListening: ([address = ""]) => {
      settings.meet?.(`ws://${address}/`, board, () => {
        stop.abort();
      });
    },
  });
  return {
    result,
    code: exitCode(result),
    board,
    of: (id) => {
      const found = result.cases.find((each) => each.id === id);
      if (!found) throw new Error(`no result of ${id}`);
      return found;
    },
    with: (...verdicts) =>
      result.cases.filter((each) => verdicts.includes(each.verdict)).map((each) => each.id),
  };
}

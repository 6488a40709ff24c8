// The checklist in a terminal: each finished check is a line; on a TTY one line at the end moves.

import type { Board, BoardState, Line } from "./board.js";

/** In a pipe a wait is told when it has lasted. */
const WAIT_MS = 3_000;
const ERASE = "\r\u001b[K";
const DONE = new Set(["pass", "fail", "warn", "untestable", "inconclusive", "error"]);

export interface Output {
  readonly out: (text: string) => void;
  /** Where it moves, or undefined in a pipe. */
  readonly moving?: { readonly write: (text: string) => void; readonly columns: number };
}

/** What a client said may hold anything; a terminal obeys some of it. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\ufffd");
}

function lineText({ state, title, requirements, id, problem }: Line): string {
  const head = `${state.padEnd(12)} ${title}  [${requirements.join(" ")}]  ${id}`;
  return printable(problem === undefined ? head : `${head}: ${problem}`);
}

/** Follows a board until the returned function is called. */
export function showChecklist(board: Board, { out, moving }: Output): () => void {
  const shown = new Map<string, string>();
  const hinted = new Set<string>();
  let waiting: NodeJS.Timeout | undefined;
  let phase = "";
  let client: string | undefined;
  const say = (text: string): void => {
    if (moving) moving.write(ERASE);
    out(`${text}\n`);
  };
  const follow = (state: BoardState): void => {
    if (state.client !== client) {
      client = state.client;
      say(printable(`client: ${client ?? ""}`));
    }
    for (const line of state.lines) {
      if (!DONE.has(line.state) || shown.get(line.id) === line.state) continue;
      shown.set(line.id, line.state);
      say(lineText(line));
    }
    for (const hint of state.hints) {
      if (hinted.has(hint)) continue;
      hinted.add(hint);
      say(printable(`note: ${hint}`));
    }
    if (!moving && state.phase !== phase) {
      phase = state.phase;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        say(printable(state.phase));
      }, WAIT_MS);
      waiting.unref();
    }
    if (!moving) return;
    const done = state.lines.filter((line) => DONE.has(line.state)).length;
    const text = printable(`${done}/${state.lines.length} ${state.phase}`);
    moving.write(`${ERASE}${text.slice(0, Math.max(20, moving.columns - 1))}`);
  };
  const end = board.subscribe(follow);
  return () => {
    end();
    clearTimeout(waiting);
    if (moving) moving.write(ERASE);
  };
}

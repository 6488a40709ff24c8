// What a run says while it goes on. A person at a terminal sees one moving line and, for good, only what
// did not pass; a pipe gets one plain line a case; with --json standard output gets nothing of it.

import type { Case } from "../cases/case.js";
import type { CaseResult, Verdict } from "../runner/verdict.js";
import { verdictLine } from "./text.js";
import { cut } from "./visible.js";

const ERASE = "\r\u001b[K";
const BAR = 20;
const NARROWEST = 20;
const DEFAULT_COLUMNS = 80;

/** As much of a stream as progress needs. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  onStart(testCase: Case): void;
  onResult(result: CaseResult): void;
  end(): void;
}

/** Green, red, yellow and grey, as terminals number them. */
const COLOURS: Readonly<Record<Verdict, number>> = {
  pass: 32,
  fail: 31,
  warn: 33,
  "n/a": 90,
  untestable: 31,
  inconclusive: 33,
  error: 31,
};

function coloured(result: CaseResult): string {
  const line = verdictLine(result);
  const { NO_COLOR, TERM } = process.env;
  if ((NO_COLOR !== undefined && NO_COLOR !== "") || TERM === "dumb") return line;
  const { length } = result.verdict;
  const colour = COLOURS[result.verdict];
  return `\u001b[${colour}m${line.slice(0, length)}\u001b[39m${line.slice(length)}`;
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR : Math.min(BAR, Math.floor((done / total) * BAR));
  return `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
}

/**
 * @param total how many cases will run, rounds counted
 * @param out where the lines of cases go; undefined for none
 * @param err where the moving line goes, if it is a terminal
 */
export function progress(total: number, out: Screen | undefined, err: Screen): Progress {
  const moving = err.isTTY === true;
  let done = 0;
  let failed = 0;
  let current = "";
  const erase = (): void => {
    if (moving) err.write(ERASE);
  };
  const draw = (): void => {
    if (!moving) return;
    const said = failed === 0 ? "" : `  ${failed} not passed`;
    const line = `${bar(done, total)} ${done}/${total}${said}  ${current}`;
    // A terminal that does not know its width says 0.
    const columns = err.columns === undefined || err.columns === 0 ? DEFAULT_COLUMNS : err.columns;
    err.write(ERASE + cut(line, Math.max(NARROWEST, columns - 2)));
  };
  return {
    onStart: ({ id }) => {
      current = id;
      draw();
    },
    onResult: (result) => {
      done += 1;
      const isQuiet = result.verdict === "pass" || result.verdict === "n/a";
      if (!isQuiet) failed += 1;
      erase();
      if (out?.isTTY !== true) out?.write(`${verdictLine(result)}\n`);
      else if (!isQuiet) out.write(`${coloured(result)}\n`);
      draw();
    },
    end: erase,
  };
}

// One moving line while a run goes on, on a terminal only; in a pipe one plain line a case.

import type { Case } from "../cases/case.js";
import type { CaseResult } from "../runner/verdict.js";
import { verdictLine } from "./text.js";

const ERASE = "\r\u001b[K";

export interface Progress {
  onStart(testCase: Case, index: number): void;
  onResult(result: CaseResult): void;
  end(): void;
}

export function progress(
  total: number,
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
): Progress {
  const moving = err.isTTY;
  const erase = (): void => {
    if (moving) err.write(ERASE);
  };
  return {
    onStart: (testCase, index) => {
      if (moving) err.write(`${ERASE}${index + 1}/${total} ${testCase.id}`);
    },
    onResult: (result) => {
      erase();
      out.write(`${verdictLine(result)}\n`);
    },
    end: erase,
  };
}

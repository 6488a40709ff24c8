// `latido conformance client --listen PORT`: the wire tier from the command line.

import { loadCases } from "../cases/load.js";
import { onInterrupt } from "../children.js";
import { concluded, shellWord, type SuiteFlags } from "../cli.js";
import { loadContract } from "../contract.js";
import { prepareReports } from "../report/results.js";
import { chooseCases } from "../runner/choose.js";
import { readKnownFailing } from "../runner/known-failing.js";
import { DEFAULT_HANG_MS } from "../runner/options.js";
import { randomSeed } from "../seeded.js";
import { UsageError } from "../usage-error.js";
import { Board } from "./board.js";
import { wireCases } from "./eligible.js";
import { runWire } from "./run.js";
import { showChecklist, type Output } from "./terminal.js";

export interface WireFlags extends SuiteFlags {
  readonly listen: number;
  readonly host?: string;
  readonly idleMs?: number;
}

const LOOPBACK = "127.0.0.1";
const DEFAULT_IDLE_MS = 60_000;
const HIGHEST_PORT = 65_535;

function greeting(addresses: readonly string[], host: string): string {
  const [first = ""] = addresses;
  return [
    ...addresses.map((each) => `point the client at ws://${each}/`),
    `watch the checklist here or at http://${first}/`,
    ...(host === LOOPBACK
      ? ["only this machine can reach it; for a phone add --host 0.0.0.0"]
      : []),
    "",
  ].join("\n");
}

function output(quiet: boolean): Output {
  const { stdout, stderr } = process;
  const out = (text: string): void => void (quiet ? stderr : stdout).write(text);
  if (!stderr.isTTY) return { out };
  const write = (text: string): void => void stderr.write(text);
  return { out, moving: { write, columns: stderr.columns } };
}

/** Judges whatever client dials, or the one that the command starts. Returns the exit code. */
export async function judgeOnTheWire(
  command: readonly string[],
  flags: WireFlags,
): Promise<number> {
  const { listen: port, host = LOOPBACK, idleMs = DEFAULT_IDLE_MS } = flags;
  if (port > HIGHEST_PORT)
    throw new UsageError(`--listen takes a port from 0 to 65535, not ${port}`);
  if (idleMs < 1) throw new UsageError("--idle-ms takes at least 1");
  if (flags.repeat !== undefined || flags.shuffle === true || flags.jobs !== undefined) {
    throw new UsageError("--repeat, --shuffle and --jobs need an adapter; --listen takes none");
  }
  const contract = loadContract();
  if (flags.out !== undefined) prepareReports(flags.out);
  const known = flags.knownFailing === undefined ? [] : readKnownFailing(flags.knownFailing);
  const choice = { tier: "wire", cases: flags.case ?? [], requirements: flags.req ?? [] } as const;
  const repertoire = wireCases(loadCases());
  const cases = chooseCases(repertoire, choice);
  const seed = flags.seed ?? randomSeed();
  const where = ["--listen", String(port), ...(host === LOOPBACK ? [] : ["--host", host])];
  const repeatTail = [...where, ...(command.length === 0 ? [] : ["--", ...command])];
  const tail = repeatTail.map(shellWord).join(" ");
  const board = new Board(cases);
  const shown = output(flags.json === true);
  const end = showChecklist(board, shown);
  const stop = new AbortController();
  const forget = onInterrupt(() => {
    stop.abort();
  });
  try {
    const result = await runWire({
      cases,
      repertoire,
      contract,
      seed,
      hangMs: flags.hangMs ?? DEFAULT_HANG_MS,
      repeat: (id, ofRun) => `latido conformance client --case ${id} --seed ${ofRun} ${tail}`,
      stopWhen: ({ verdict }) => flags.failFast === true && verdict !== "pass" && verdict !== "n/a",
      host,
      port,
      idleMs,
      signal: stop.signal,
      board,
      ...(command.length === 0 ? {} : { command }),
      onListening: (addresses) => {
        shown.out(greeting(addresses, host));
      },
    });
    end();
    return concluded(result, {
      flags,
      contract,
      known,
      suite: repertoire,
      command: "client",
      repeatTail,
    });
  } finally {
    end();
    forget();
  }
}

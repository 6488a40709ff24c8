import { readFileSync, writeFileSync } from "node:fs";
import { fileFault } from "../conformance/platform-fault.js";
import type { Violation } from "./history.js";
import type { WorldPlan } from "./plan.js";
import { judgeWorld } from "./run.js";
import type { TraceStep } from "./trace.js";

/**
 * The first line of a trace file: what world it is and what it broke. Every further line is one
 * TraceStep of a client session: (time, input) → (effects, deadline).
 */
export interface TraceHead {
  readonly latidoTrace: 1;
  readonly plan: WorldPlan;
  readonly violations: readonly Violation[];
}

/** What a replay showed. */
export interface Replay {
  readonly head: TraceHead;
  readonly violations: readonly Violation[];
  /** The first line that came out differently, from 1; undefined: all the same. */
  readonly differsAt: number | undefined;
  readonly steps: number;
}

/** Runs a plan and writes everything that its client sessions did, one JSON object a line. */
export async function writeTrace(file: string, plan: WorldPlan): Promise<void> {
  writeFileSync(file, `${(await traceLines(plan)).join("\n")}\n`);
}

/**
 * Runs the plan of a trace file again and compares every line.
 * @throws Error with one line when the file cannot be read or is no trace
 */
export async function replayTrace(file: string): Promise<Replay> {
  const lines = textOf(file).trimEnd().split("\n");
  const head = headOf(lines[0] ?? "", file);
  const again = await traceLines(head.plan);
  const longest = Math.max(lines.length, again.length);
  let differsAt: number | undefined;
  for (let index = 0; index < longest && differsAt === undefined; index += 1) {
    if (lines[index] !== again[index]) differsAt = index + 1;
  }
  const { violations } = headOf(again[0] ?? "", file);
  return { head, violations, differsAt, steps: again.length - 1 };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read the trace ${file}: ${fileFault(error)}`, { cause: error });
  }
}

async function traceLines(plan: WorldPlan): Promise<readonly string[]> {
  const steps: string[] = [];
  const violations = await judgeWorld(plan, {
    step: (step: TraceStep) => {
      steps.push(JSON.stringify(step));
    },
  });
  const head: TraceHead = { latidoTrace: 1, plan, violations };
  return [JSON.stringify(head), ...steps];
}

function headOf(line: string, file: string): TraceHead {
  let head: unknown;
  try {
    head = JSON.parse(line);
  } catch {
    head = undefined;
  }
  const { latidoTrace, plan } = (head ?? {}) as Partial<TraceHead>;
  if (latidoTrace !== 1 || !Array.isArray(plan?.actions) || !Array.isArray(plan.clients)) {
    throw new Error(`${file} is no trace: its first line must hold {"latidoTrace":1,"plan":{…},…}`);
  }
  return head as TraceHead;
}

// What many runs of the same suite came to.

import { counted } from "../counted.js";
import type { CaseResult } from "../runner/verdict.js";

export interface Figures {
  readonly rounds: number;
  readonly cases: number;
  /** Case id → what it came to where it did not pass, with the command that repeats it. */
  readonly flakes: ReadonlyMap<string, readonly CaseResult[]>;
  readonly medianMs: number;
  readonly longestMs: number;
  /** The longest time that the runner itself stood still. */
  readonly stalledMs: number;
  readonly ranAgain: number;
}

export interface RoundDone {
  readonly durationMs: number;
  readonly cases: readonly CaseResult[];
}

export function figuresOf(rounds: readonly RoundDone[]): Figures {
  const all = rounds.flatMap((each) => each.cases);
  const flakes = new Map<string, CaseResult[]>();
  for (const each of all) {
    if (each.verdict === "pass") continue;
    flakes.set(each.id, [...(flakes.get(each.id) ?? []), each]);
  }
  const durations = rounds.map((each) => each.durationMs).sort((one, other) => one - other);
  return {
    rounds: rounds.length,
    cases: all.length,
    flakes,
    medianMs: durations[Math.floor(durations.length / 2)] ?? 0,
    longestMs: durations.at(-1) ?? 0,
    stalledMs: Math.max(0, ...all.map((each) => each.stalledMs)),
    ranAgain: all.filter((each) => each.first !== undefined).length,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function figuresText(figures: Figures): string {
  const { rounds, cases, flakes, medianMs, longestMs, stalledMs, ranAgain } = figures;
  const failed = [...flakes].flatMap(([id, results]) => [
    `${id}: ${results.length} of ${rounds} (${results[0]?.verdict ?? ""}: ${results[0]?.failure?.problem ?? ""})`,
    `  ${results[0]?.command ?? ""}`,
  ]);
  return [
    `${counted(rounds, "round")}, ${counted(cases, "case")}, ${flakes.size === 0 ? "no flake" : `${counted(flakes.size, "case")} that did not always pass`}`,
    `a round: median ${seconds(medianMs)}, longest ${seconds(longestMs)}; the runner stood still for at most ${stalledMs} ms; ${counted(ranAgain, "case")} ran again alone`,
    ...failed,
  ].join("\n");
}

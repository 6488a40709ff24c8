// badge.svg: one look from a README.

import type { Requirement } from "../contract.js";
import { escaped } from "./html/markup.js";
import type { RunResult } from "../runner/verdict.js";
import { matrixOf, roleOf, tally } from "./matrix.js";
import { visible } from "./visible.js";
import { judgeable, outcomeOf, type Outcome } from "./words.js";

const COLOURS: Readonly<Record<Outcome["tone"], string>> = {
  good: "#1b6e53",
  bad: "#a8322a",
  open: "#5d6470",
};

/** Wide enough for the text in any of the fonts named below. */
const CHARACTER_WIDTH = 6.6;
const MARGIN = 9;

function width(text: string): number {
  return Math.round(text.length * CHARACTER_WIDTH) + 2 * MARGIN;
}

export function badge(
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): string {
  const total = tally(matrixOf(run, requirements).flatMap((area) => area.rows));
  const { short, tone } = outcomeOf(run, exitCode, total);
  const left = `latido ${roleOf(run.tier)}`;
  const right = `${short}, ${total.kept} of ${judgeable(total)} rules kept`;
  const all = width(left) + width(right);
  const title = escaped(visible(`${left}: ${right}`));
  const text = (what: string, from: number): string =>
    `<text x="${from + width(what) / 2}" y="14" textLength="${width(what) - 2 * MARGIN}">${escaped(visible(what))}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all}" height="20" role="img" aria-label="${title}">
  <title>${title}</title>
  <clipPath id="r"><rect width="${all}" height="20" rx="4"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="${all}" height="20" fill="#2b313b"/>
    <rect x="${width(left)}" width="${width(right)}" height="20" fill="${COLOURS[tone]}"/>
  </g>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
    ${text(left, 0)}
    ${text(right, width(left))}
  </g>
</svg>
`;
}

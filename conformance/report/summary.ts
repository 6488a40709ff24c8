// summary.md: what a pull request's page or a chat shows.

import type { Requirement } from "../contract.js";
import { counted } from "../counted.js";
import type { RunResult } from "../runner/verdict.js";
import { matrixOf, STANDINGS, tally, type Row } from "./matrix.js";
import { byCase, roundsText, worstFirst } from "./rounds.js";
import { counts, remarks } from "./text.js";
import { needsTrace } from "./trace.js";
import { cut, visible } from "./visible.js";
import { outcomeOf, STANDING_WORDS, testeeName } from "./words.js";

const CELL = 300;
const MOST_CASES = 50;

/** Text of anybody's in a table: no markup, no HTML, no new column or row. */
function cell(text: string): string {
  return cut(visible(text), CELL)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]#|~!@]/gu, "\\$&");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return rows.length === 0 ? [] : [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

function attention(rows: readonly Row[]): readonly string[] {
  const shown = rows.filter(({ standing }) => ["broken", "warned", "unjudged"].includes(standing));
  if (shown.length === 0) return [];
  const cells = shown.map((row) => [
    row.id,
    STANDING_WORDS[row.standing],
    cell(row.note === undefined ? row.sentence : `${row.sentence} (${row.note})`),
  ]);
  return ["## Requirements that are not kept", "", ...table(["id", "verdict", "rule"], cells)];
}

function failures(run: RunResult): readonly string[] {
  const failed = worstFirst(byCase(run.cases)).filter(({ result }) => needsTrace(result));
  if (failed.length === 0) return [];
  const cells = failed.slice(0, MOST_CASES).map((each) => {
    const { id, verdict, failure, looksLike } = each.result;
    const rounds = roundsText(each);
    const how = rounds === undefined ? verdict : `${verdict} ${rounds}`;
    return [cell(id), how, cell(failure?.problem ?? ""), cell(looksLike ?? "")];
  });
  const more = failed.length - cells.length;
  return [
    "## Cases that did not pass",
    "",
    ...table(["case", "verdict", "what happened", "looks like"], cells),
    ...(more > 0 ? [`… and ${more} more, see results.json.`, ""] : []),
  ];
}

export function summaryMarkdown(
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): string {
  const areas = matrixOf(run, requirements);
  const rows = areas.flatMap((area) => area.rows);
  const total = tally(rows);
  const standings = STANDINGS.filter((each) => total[each] > 0);
  return [
    `# Latido conformance: ${cell(testeeName(run))}`,
    "",
    `**${outcomeOf(run, exitCode, total).long}** ${cell(counts(run.cases) || "no case ran")} of ${counted(run.cases.length, "case")} in ${(run.durationMs / 1000).toFixed(1)} s, seed ${run.seed}.`,
    "",
    `Requirements: ${standings.map((each) => `${total[each]} ${STANDING_WORDS[each]}`).join(", ")}.`,
    "",
    ...remarks(run).flatMap((each) => [`- ${cell(each)}`]),
    ...(remarks(run).length > 0 ? [""] : []),
    ...attention(rows),
    ...failures(run),
    "## By area",
    "",
    ...table(
      ["area", ...standings.map((each) => STANDING_WORDS[each])],
      areas.map((area) => {
        const count = tally(area.rows);
        return [
          `${area.name}: ${area.title}`,
          ...standings.map((each) => String(count[each] || "")),
        ];
      }),
    ),
    `Suite ${run.suiteVersion}, ${run.startedAt}. The whole: results.json, report.html.`,
    "",
  ].join("\n");
}

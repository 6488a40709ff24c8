import { readFileSync } from "node:fs";

import type { Requirement } from "../model.js";
import type { Problem } from "../problem.js";

/** One paragraph, list item or table row of a Markdown text. */
interface Block {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A block that begins with an id in bold: the definition of a requirement. */
const DEFINITION = /^\*\*([A-Z]+-\d+)\*\*\s*/u;

/** RFC 2119 words that bind; MAY and OPTIONAL only permit. */
const BINDING = /\b(?:MUST|SHOULD|SHALL|REQUIRED|RECOMMENDED)\b/u;

/** The paragraph that introduces the words themselves. */
const INTRODUCTION = "BCP 14";

/** Compares the normative text with the table of requirements, in both directions. */
export function checkProse(
  prose: string,
  requirements: readonly Requirement[],
  table: { readonly file: string; readonly lineOf: (index: number) => number },
): readonly Problem[] {
  const problems: Problem[] = [];
  const rows = new Map(requirements.map((row) => [row.id, row] as const));
  const defined = new Map<string, Block>();
  for (const block of blocksOf(readFileSync(prose, "utf8"))) {
    const report = (message: string, advice: string): void => {
      problems.push({ file: prose, line: block.line, column: block.column, message, advice });
    };
    const id = DEFINITION.exec(block.text)?.[1];
    if (id === undefined) {
      const word = BINDING.exec(block.text)?.[0];
      if (word === undefined || block.text.includes(INTRODUCTION)) continue;
      report(
        `${word} stands in a text without an id`,
        "give the rule an id in bold, or write it small",
      );
      continue;
    }
    const first = defined.get(id);
    if (first !== undefined)
      report(`${id} is defined twice`, `keep one; the other is on line ${first.line}`);
    defined.set(id, block);
    const row = rows.get(id);
    if (row === undefined) report(`${id} is not in the table`, "add it to spec/requirements.yaml");
    else problems.push(...compareSentences(row, block, prose));
  }
  requirements.forEach((row, index) => {
    const line = table.lineOf(index);
    const place = { file: table.file, line, column: 1 };
    if (!defined.has(row.id)) {
      const advice = `define it there: **${row.id}** and its sentence`;
      problems.push({ ...place, message: `the text does not define ${row.id}`, advice });
    }
    const words = new RegExp(
      `\\b${row.level}\\b${row.level.endsWith("NOT") ? "" : "(?! NOT\\b)"}`,
      "u",
    );
    if (words.test(row.sentence)) return;
    const advice = `write ${row.level} in the sentence, or correct the level`;
    problems.push({
      ...place,
      message: `the sentence of ${row.id} does not say ${row.level}`,
      advice,
    });
  });
  return problems;
}

function compareSentences(row: Requirement, block: Block, file: string): readonly Problem[] {
  const text = plain(block.text.replace(DEFINITION, ""));
  if (text.startsWith(plain(row.sentence))) return [];
  const message = `${row.id} does not begin with the sentence of the table`;
  const advice = `write: ${row.sentence}`;
  return [{ file, line: block.line, column: block.column, message, advice }];
}

/** Markdown without its marks, so that only the words are compared. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/[`*_\\]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let fenced = false;
  let open: { line: number; column: number; lines: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) blocks.push({ ...open, text: open.lines.join(" ") });
    open = undefined;
  };
  text.split("\n").forEach((line, index) => {
    if (/^\s*(?:```|~~~)/u.test(line)) {
      fenced = !fenced;
      close();
      return;
    }
    if (fenced) return;
    const [, mark = "", rest = ""] =
      /^(\s*(?:[-*+]\s+|\d+\.\s+|\||#+\s+|>\s*)?)(.*)$/u.exec(line) ?? [];
    if (rest === "") close();
    else if (open === undefined || mark.trim() !== "") {
      close();
      open = { line: index + 1, column: mark.length + 1, lines: [rest] };
    } else open.lines.push(rest);
  });
  close();
  return blocks;
}

// The requirement matrix as markup: one line an area, opened by whoever wants its rules.

import type { Verdict } from "../../runner/verdict.js";
import { STANDINGS, tally, type Area, type Row, type RowCase, type Standing } from "../matrix.js";
import { cut } from "../visible.js";
import { STANDING_WORDS } from "../words.js";
import { markup, type Markup } from "./markup.js";

const MOST_CASES = 12;
const NOTE = 400;

export const STANDING_MARKS: Readonly<Record<Standing, string>> = {
  broken: "✕",
  warned: "!",
  unjudged: "?",
  kept: "✓",
  unrun: "–",
  review: "○",
};

const VERDICT_MARKS: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✕",
  warn: "!",
  "n/a": "–",
  untestable: "?",
  inconclusive: "?",
  error: "?",
};

/** The id of a failed case's place in the page. */
export function caseAnchor(id: string): string {
  return `case-${id.replaceAll(/[^\w.-]+/gu, ".")}`;
}

function caseLine({ id, title, verdict, rounds }: RowCase, linked: ReadonlySet<string>): Markup {
  const name = linked.has(id)
    ? markup`<a href="#${caseAnchor(id)}">${title}</a>`
    : markup`${title}`;
  return markup`<li><span class="mark" aria-hidden="true">${VERDICT_MARKS[verdict]}</span><span class="hidden">${verdict}: </span>${name} <code>${id}</code>${rounds !== undefined && verdict !== "pass" && ` ${rounds}`}</li>`;
}

function rowMarkup(row: Row, linked: ReadonlySet<string>): Markup {
  const more = row.cases.length - MOST_CASES;
  const word = STANDING_WORDS[row.standing];
  return markup`<li class="row" id="${row.id}"><div class="id"><a href="#${row.id}">${row.id}</a> <small>${row.level}</small></div>
<div><span class="pill ${row.standing}"><span aria-hidden="true">${STANDING_MARKS[row.standing]}</span>${word}</span></div>
<div class="said"><p>${row.sentence}</p>
${row.note !== undefined && markup`<p class="note">${cut(row.note, NOTE)}</p>`}
${row.cases.length > 0 && markup`<ul class="cases">${row.cases.slice(0, MOST_CASES).map((each) => caseLine(each, linked))}${more > 0 && markup`<li>… and ${more} more</li>`}</ul>`}</div></li>
`;
}

/** How many rules of an area stand how; what is broken stands out. */
function countMarkup(area: Area): Markup {
  const count = tally(area.rows);
  const said = STANDINGS.filter((each) => count[each] > 0 && each !== "review").map((each) => {
    const words = `${count[each]} ${STANDING_WORDS[each]}`;
    return each === "broken" ? markup`<strong class="bad">${words}</strong>` : markup`${words}`;
  });
  if (said.length === 0) return markup`<span class="count">by review</span>`;
  return markup`<span class="count">${said.map((each, at) => markup`${at > 0 && ", "}${each}`)}</span>`;
}

function areaMarkup(area: Area, linked: ReadonlySet<string>): Markup {
  const dots = area.rows.map((row) => markup`<span class="dot is-${row.standing}"></span>`);
  return markup`<details class="area" id="area-${area.name}"><summary><h3>${area.name}</h3><span class="name">${area.title}</span><span class="dots" aria-hidden="true">${dots}</span>${countMarkup(area)}</summary>
<ul class="rows">
${area.rows.map((row) => rowMarkup(row, linked))}</ul></details>
`;
}

/** @param linked cases whose failure is told in the page */
export function matrixMarkup(areas: readonly Area[], linked: ReadonlySet<string>): Markup {
  return markup`<div class="areas">${areas.map((area) => areaMarkup(area, linked))}</div>`;
}

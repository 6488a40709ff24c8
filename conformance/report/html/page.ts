// report.html: one file without scripts that opens from disk, the requirement matrix first.

import type { Requirement } from "../../contract.js";
import type { RunResult } from "../../runner/verdict.js";
import { matrixOf, roleOf, STANDINGS, tally, type Area, type Tally } from "../matrix.js";
import { byCase, worstFirst, type Occurrences } from "../rounds.js";
import { counts, remarks } from "../text.js";
import { needsTrace } from "../trace.js";
import { cut } from "../visible.js";
import { judgeable, outcomeOf, STANDING_WORDS, testeeName } from "../words.js";
import { failureMarkup, shortFailureMarkup } from "./failure-view.js";
import { markup, trusted, type Content, type Markup } from "./markup.js";
import { caseAnchor, matrixMarkup, STANDING_MARKS } from "./matrix-view.js";
import { STYLE } from "./style.js";

/** Failures beyond so many characters are told in a line each. */
const MOST_CHARACTERS = 2_500_000;
const NAME = 120;
const NOTE = 500;

const TIERS: Readonly<Record<string, string>> = {
  driven: "client, through its adapter",
  wire: "client, over the wire alone",
  server: "server",
};

function legend(total: Tally): Markup {
  const shown = STANDINGS.filter((each) => total[each] > 0);
  const bar = shown.map(
    (each) => markup`<span class="is-${each}" style="--share:${total[each]}"></span>`,
  );
  const words = shown.map(
    (each) =>
      markup`<li><span class="swatch is-${each}" aria-hidden="true"></span>${total[each]} ${STANDING_WORDS[each]}</li>`,
  );
  return markup`<div class="bar" aria-hidden="true">${bar}</div><ul class="legend" aria-label="Requirements by verdict">${words}</ul>`;
}

/** Links to the rules that were broken: their rows open by themselves. */
function brokenLinks(areas: readonly Area[]): Markup | false {
  const broken = areas.flatMap((area) => area.rows).filter(({ standing }) => standing === "broken");
  const links = broken.map(({ id }) => markup`<li><a href="#${id}">${id}</a></li>`);
  return (
    broken.length > 0 &&
    markup`<ul class="broken-links" aria-label="Broken requirements">${links}</ul>`
  );
}

function fact(term: string, content: Content): Markup {
  return markup`<div><dt>${term}</dt><dd>${content}</dd></div>`;
}

function notes(run: RunResult): Markup | false {
  const all = remarks(run);
  return (
    all.length > 0 &&
    markup`<ul class="notes">${all.map((each) => markup`<li>${cut(each, NOTE)}</li>`)}</ul>`
  );
}

function share(total: Tally): string {
  const { broken, kept, review } = total;
  const said =
    broken > 0
      ? `${broken} of ${judgeable(total)} requirements broken`
      : `${kept} of ${judgeable(total)} requirements kept`;
  return review > 0 ? `${said}; ${review} more are for people to review.` : `${said}.`;
}

function top(run: RunResult, exitCode: number, areas: readonly Area[]): Markup {
  const total = tally(areas.flatMap((area) => area.rows));
  const { testee } = run;
  const name = testee?.implementation ?? run.target;
  const { long, tone } = outcomeOf(run, exitCode, total);
  return markup`<header class="top">
<p class="eyebrow">Latido conformance report · ${TIERS[run.tier] ?? run.tier}</p>
<h1${name.length > 40 && markup` class="command"`}>${cut(name, NAME)}</h1>
<p class="lead"><strong class="${tone}">${long}</strong> ${share(total)}</p>
${legend(total)}
${brokenLinks(areas)}
${notes(run)}
<dl class="facts">${testee && fact("Version", cut(`${testee.version}, ${testee.language}`, NAME))}${fact("Cases", `${run.cases.length}: ${counts(run.cases) || "none ran"}`)}${fact("When", markup`<time datetime="${run.startedAt}">${run.startedAt.slice(0, 16).replace("T", " ")} UTC</time>`)}${fact("Took", `${(run.durationMs / 1000).toFixed(1)} s`)}${fact("Seed", String(run.seed))}${markup`<div class="wide"><dt>Target</dt><dd><code>${cut(run.target, 300)}</code></dd></div>`}</dl>
</header>
`;
}

function told(run: RunResult): readonly Occurrences[] {
  return worstFirst(byCase(run.cases)).filter(({ result }) => needsTrace(result));
}

function failures(
  cases: readonly Occurrences[],
  requirements: ReadonlyMap<string, Requirement>,
): Markup {
  let room = MOST_CHARACTERS;
  const articles = cases.map((each) => {
    const long = room > 0 ? failureMarkup(each, requirements) : undefined;
    room -= long?.text.length ?? 0;
    return long && room > 0 ? long : shortFailureMarkup(each.result);
  });
  const index = cases.map(
    ({ result }) =>
      markup`<li><span class="pill ${result.verdict}">${result.verdict}</span><a href="#${caseAnchor(result.id)}">${result.title}</a></li>`,
  );
  return markup`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">Cases that did not pass</h2>
<p class="intro">Each tells the rule, what the suite expected and what happened.${room <= 0 && " Some are told in short; results.json and the traces hold everything."}</p>
${cases.length > 3 && markup`<ul class="index">${index}</ul>`}
${articles}</section>
`;
}

const MEANINGS = {
  broken: "A check of the suite saw this rule being broken.",
  warned: "A rule that should be kept, and may be broken for a reason, was broken.",
  unjudged: "The cases about this rule ended before they could say anything about it.",
  kept: "Every case about this rule passed.",
  unrun: "No case of this run is about this rule.",
  review: "No test can see from outside whether this rule is kept; a person has to read the code.",
} as const;

function reading(areas: readonly Area[]): Markup {
  const total = tally(areas.flatMap((area) => area.rows));
  const shown = STANDINGS.filter((each) => total[each] > 0);
  return markup`<section class="reading" aria-labelledby="reading-title"><h2 id="reading-title">How to read this</h2>
<p class="intro">A requirement is one sentence of the protocol (spec/protocol.md) that binds one side. A case plays a short scene with the implementation and checks it.</p>
<dl>${shown.map((each) => markup`<div><dt><span class="pill ${each}"><span aria-hidden="true">${STANDING_MARKS[each]}</span>${STANDING_WORDS[each]}</span></dt><dd>${MEANINGS[each]}</dd></div>`)}</dl></section>
`;
}

/** The whole page. It loads nothing and runs nothing, whatever a testee said. */
export function reportPage(
  run: RunResult,
  exitCode: number,
  requirements: ReadonlyMap<string, Requirement>,
): string {
  const areas = matrixOf(run, requirements);
  const cases = told(run);
  const linked = new Set(cases.map(({ result }) => result.id));
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>Latido conformance: ${cut(testeeName(run), NAME)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${cases.length > 0 ? "failures" : "requirements"}">Skip to the ${cases.length > 0 ? "failures" : "requirements"}</a>
${top(run, exitCode, areas)}<main>
<section id="requirements" aria-labelledby="requirements-title"><h2 id="requirements-title">Requirements</h2>
<p class="intro">One line for each area of the protocol, one mark for each rule that binds a ${roleOf(run.tier)}. Open an area for its rules and the cases that check them.</p>
${matrixMarkup(areas, linked)}</section>
${cases.length > 0 && failures(cases, requirements)}${reading(areas)}</main>
<footer><p>Suite ${run.suiteVersion}. Made from results.json, which stands beside this file and holds everything.</p></footer>
</body>
</html>
`.text;
}

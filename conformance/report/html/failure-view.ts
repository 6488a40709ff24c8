// One failed case, told for somebody who does not write code: the rule, what was expected, what happened.

import type { Requirement } from "../../contract.js";
import { brief } from "../../json.js";
import type { CaseResult, FailureKind } from "../../runner/verdict.js";
import { valueText } from "../gist.js";
import { excerptOf } from "../excerpt.js";
import { roundsText, type Occurrences } from "../rounds.js";
import { cut, visibleLines } from "../visible.js";
import { escaped, markup, trusted, type Content, type Markup } from "./markup.js";
import { caseAnchor } from "./matrix-view.js";
import { sequence } from "./sequence.js";

const VALUE = 1_200;
const MESSAGE = 600;
const STDERR = 6_000;
const MESSAGES = { before: 36, after: 5 };

export const KIND_WORDS: Readonly<Record<FailureKind, string>> = {
  missing: "Something that must come did not come",
  mismatch: "It came, but was not as it must be",
  too_early: "It came too early",
  forbidden: "Something came that must not",
  monitor: "A standing rule was broken",
  canary: "A connection that had nothing to do with it was disturbed",
  precondition: "The case could not be set up",
  driver: "The adapter stopped or broke the driver protocol",
  suite: "The suite itself made a mistake",
  capability: "A capability is missing",
};

function fact(term: string, content: Content): Markup | false {
  return (
    content !== undefined &&
    markup`<div><dt>${term}</dt><dd>${content}</dd></div>
`
  );
}

function code(value: unknown): Markup | undefined {
  return value === undefined
    ? undefined
    : markup`<code class="value">${valueText(value, VALUE)}</code>`;
}

/** Several lines of anybody's text. */
function lines(text: string): Markup {
  return trusted(escaped(visibleLines(text)));
}

function rule(id: string, requirements: ReadonlyMap<string, Requirement>): Markup {
  return markup`<p><a href="#${id}">${id}</a> ${requirements.get(id)?.sentence ?? "This id is not in spec/requirements.yaml."}</p>
`;
}

function steps({ steps: all, failure }: CaseResult): Markup | false {
  if (all.length === 0) return false;
  const list = all.map(
    (each, index) =>
      markup`<li${index === failure?.step && markup` class="wrong"`}><code>${each}</code></li>`,
  );
  return markup`<details><summary>The steps of this case</summary><ol class="steps">${list}</ol></details>`;
}

function messages(result: CaseResult): Markup | false {
  const { entries } = excerptOf(result, MESSAGES);
  const text = entries.map(({ atMs, lane, from, on, kind, name, value }) => {
    const head = [
      atMs.toFixed(1),
      lane,
      from === "testee" ? result.role : "suite",
      on,
      name ?? kind,
    ];
    return `${head.filter((each) => each !== undefined).join("  ")}\n${brief(value, MESSAGE)}`;
  });
  return (
    text.length > 0 &&
    markup`<details><summary>Every message in full</summary><pre>${lines(text.join("\n\n"))}</pre></details>`
  );
}

function stderr(result: CaseResult): Markup | false {
  const text = result.stderr.trimEnd();
  if (text === "") return false;
  const end = text.length > STDERR ? `…${text.slice(-STDERR)}` : text;
  return markup`<details><summary>The end of its standard error</summary><pre>${lines(end)}</pre></details>`;
}

/** A case that did not pass, at length. */
export function failureMarkup(
  occurrences: Occurrences,
  requirements: ReadonlyMap<string, Requirement>,
): Markup {
  const { result } = occurrences;
  const { failure } = result;
  const step = failure?.step;
  const cause = failure?.fault ?? failure?.monitor;
  return markup`<article class="failure" id="${caseAnchor(result.id)}" aria-label="${result.id}">
<header><span class="pill ${result.verdict}">${result.verdict}</span><h3>${result.title}</h3><p class="mono soft">${result.id}</p></header>
<div class="rules">${(failure?.requirements ?? []).map((id) => rule(id, requirements))}</div>
<dl class="story">
${fact("What went wrong", failure && markup`${KIND_WORDS[failure.kind]}${cause !== undefined && ` (${cause})`}: ${cut(failure.problem, VALUE)}`)}${fact("Expected", code(failure?.expected))}${fact("Happened", code(failure?.actual))}${fact("At step", step === undefined ? undefined : markup`${step + 1} of ${result.steps.length}: <code class="value">${result.steps[step]}</code>`)}${fact("How often", roundsText(occurrences))}${fact("Looks like", result.looksLike === undefined ? undefined : markup`the known fault <code>${result.looksLike}</code>`)}${fact("Machine", result.stalledMs < 200 ? undefined : `The runner itself stood still for ${result.stalledMs} ms.`)}</dl>
${sequence(result)}
${messages(result)}${steps(result)}${stderr(result)}
<div class="repeat"><p class="small soft">Repeat this case</p><pre>${cut(result.command, VALUE)}</pre></div>
</article>
`;
}

/** A case that did not pass, in a line, where the page would grow too large. */
export function shortFailureMarkup(result: CaseResult): Markup {
  return markup`<article class="failure" id="${caseAnchor(result.id)}" aria-label="${result.id}"><header><span class="pill ${result.verdict}">${result.verdict}</span><h3>${result.title}</h3><p class="mono soft">${result.id}</p><p>${cut(result.failure?.problem ?? "", 200)}</p></header></article>
`;
}

// A sequence diagram of what happened in a failed case: who told whom what, from top to bottom.

import { excerptOf, isCulprit } from "../excerpt.js";
import { gistOf, valueText } from "../gist.js";
import { isObject, member } from "../../json.js";
import type { CaseResult } from "../../runner/verdict.js";
import type { Entry } from "../../transcript.js";
import { markup, type Content, type Markup } from "./markup.js";

const EXCERPT = { before: 36, after: 5 };

/** So many equal messages in a row are shown as the first, a count and the last. */
const FOLDED = 5;

/** On which side of the testee an entry's other party stands. */
type Side = "left" | "right";

interface Cast {
  readonly left: string;
  readonly testee: string;
  readonly right: string;
  sideOf(entry: Entry): Side;
}

function isHttp(entry: Entry): boolean {
  return entry.kind === "reply" || (entry.kind === "note" && isObject(entry.value));
}

const CLIENT_CAST: Cast = {
  left: "Application (the suite)",
  testee: "Client under test",
  right: "Server (the suite)",
  sideOf: (entry) => (entry.lane === "driver" ? "left" : "right"),
};

const SERVER_CAST: Cast = {
  left: "Client (the suite)",
  testee: "Server under test",
  right: "Application (the suite)",
  sideOf: (entry) => (isHttp(entry) ? "right" : "left"),
};

interface Line {
  readonly entry: Entry;
  readonly isWrong: boolean;
  /** How many like it are left out after it. */
  readonly folded: number;
}

function isLike(one: Line, other: Line): boolean {
  return (
    !one.isWrong &&
    !other.isWrong &&
    (["lane", "from", "kind", "name", "on"] as const).every(
      (member) => one.entry[member] === other.entry[member],
    )
  );
}

function folded(lines: readonly Line[]): readonly Line[] {
  const shown: Line[] = [];
  for (let from = 0; from < lines.length;) {
    const first = lines[from];
    if (!first) break;
    let to = from + 1;
    for (let next = lines[to]; next && isLike(first, next); next = lines[to]) to += 1;
    const run = lines.slice(from, to);
    const last = run.at(-1);
    if (run.length < FOLDED || !last) shown.push(...run);
    else shown.push({ ...first, folded: run.length - 2 }, last);
    from = to;
  }
  return shown;
}

function across(text: Content, kind = ""): Markup {
  return markup`<li class="${kind}"><span class="across">${text}</span></li>`;
}

function message(line: Line, cast: Cast, names: boolean): Markup {
  const { entry, isWrong } = line;
  const { title, detail } = gistOf(entry);
  const fromTestee = entry.from === "testee";
  const side = cast.sideOf(entry);
  const other = side === "left" ? cast.left : cast.right;
  const towards = (side === "left") === fromTestee ? "to-left" : "to-right";
  const [sender, receiver] = fromTestee ? [cast.testee, other] : [other, cast.testee];
  const about = [names && entry.on !== undefined ? entry.on : "", detail]
    .filter(Boolean)
    .join(" · ");
  const classes = [side, towards, fromTestee ? "testee" : "suite", isWrong ? "wrong" : ""];
  return markup`<li class="${classes.join(" ")}"><span class="time">${entry.atMs.toFixed(0)}</span><span class="arrow"><span class="hidden">${sender} to ${receiver}: </span><b>${title}</b> <small>${about}</small></span></li>`;
}

function lineMarkup(line: Line, cast: Cast, names: boolean): Markup {
  const { entry } = line;
  if (entry.lane === "clock") {
    const ms = member(entry.value, "ms");
    return across(typeof ms === "number" ? `the clock moves on: ${ms} ms` : "the clock moves on");
  }
  const shown = message(line, cast, names);
  return line.folded === 0 ? shown : markup`${shown}${across(`${line.folded} more like this`)}`;
}

/** Commands by which the suite runs its cases: no part of the scene. */
const STAGE_HANDS: ReadonlySet<string | undefined> = new Set(["case.begin", "case.end", "fence"]);

function scene(result: CaseResult): CaseResult {
  const isHand = ({ index, kind, name }: Entry): boolean =>
    index !== result.failure?.entry && kind === "command" && STAGE_HANDS.has(name);
  return { ...result, transcript: result.transcript.filter((each) => !isHand(each)) };
}

const SHORT = 60;

/** What is said where it diverged: the two values, where they are short. */
function divergence({ failure }: CaseResult): string {
  const [expected = "", actual = ""] = [failure?.expected, failure?.actual].map((each) =>
    valueText(each, SHORT),
  );
  const isShort = failure?.expected !== undefined && (expected + actual).length < SHORT;
  return isShort ? `expected ${expected}, came ${actual}` : (failure?.problem ?? "");
}

/** The diagram; nothing where nothing was seen. */
export function sequence(result: CaseResult): Markup | undefined {
  if (result.transcript.length === 0) return undefined;
  const cast = result.role === "server" ? SERVER_CAST : CLIENT_CAST;
  const { entries, before, after, divergedAt } = excerptOf(scene(result), EXCERPT);
  const lines = entries.map((entry, at) => ({
    entry,
    isWrong: at === divergedAt && isCulprit(result),
    folded: 0,
  }));
  const split = divergedAt === undefined ? lines.length : divergedAt + 1;
  const sides = new Set(
    entries.filter(({ lane }) => lane !== "clock").map((entry) => cast.sideOf(entry)),
  );
  const names = new Set(entries.map(({ on }) => on).filter(Boolean)).size > 1;
  const peers = [
    ...(sides.has("left") ? [cast.left] : []),
    cast.testee,
    ...(sides.has("right") ? [cast.right] : []),
  ];
  const draw = (part: readonly Line[]): readonly Markup[] =>
    folded(part).map((line) => lineMarkup(line, cast, names));
  const here = divergedAt === undefined ? [] : [across(divergence(result), "here")];
  return markup`<figure class="sequence ${peers.length < 3 ? "two" : ""}">
<figcaption>What happened, from top to bottom. Blue is what the ${result.role} did, grey what the suite did, red is where it went wrong.</figcaption>
<div class="peers" aria-hidden="true"><span>ms</span>${peers.map((each) => markup`<span>${each}</span>`)}</div>
<ol class="lines">${before > 0 && across(`${before} earlier`)}${draw(lines.slice(0, split))}${here}${draw(lines.slice(split))}${after > 0 && across(`${after} later`)}</ol>
</figure>`;
}

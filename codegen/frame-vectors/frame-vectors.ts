import type { Json } from "../contract/json.js";
import { isObject } from "../contract/json.js";
import type { Contract, Frame, Sender } from "../model.js";
import { mutationsOf } from "../mutation-corpus.js";
import type { Tree } from "../tree.js";
import { describeChange } from "./change.js";
import { knownMembers } from "./known-members.js";
import { frameOracle, type Oracle, type Verdict } from "./oracle.js";
import { trapsOf } from "./traps.js";

/** One line of conformance/vectors/frames/*.jsonl. */
export interface FrameVector {
  readonly name: string;
  readonly from: Sender;
  /** The text of the WebSocket message. */
  readonly frame: string;
  readonly verdict: "valid" | "invalid" | "unknown" | "either";
  /** The members that the schema names; present where it is valid. */
  readonly value?: Json;
  /** JSON pointer of the first problem; present where it is invalid. */
  readonly path?: string;
  /** Why JSON leaves it open; present where it is `either`. */
  readonly because?: string;
}

interface Candidate {
  readonly what: string;
  readonly text: string;
  readonly open?: string;
}

/** Of each kind of frame at most so many mutations of each verdict. */
const MOST = { valid: 50, invalid: 70, unknown: 6 } as const;
/** Longer texts are few, and those beyond the second bound are left to other tests; in UTF-16 units. */
const LONG = 2_500;
const LONGEST = 25_000;

/** The vectors of every kind of frame, by the name of their file. The same contract gives the same. */
export function frameVectors(
  contract: Contract,
  inputs: Tree,
): ReadonlyMap<string, readonly FrameVector[]> {
  const oracle = frameOracle(contract, inputs);
  return new Map(
    contract.frames.map((frame) => [
      `${frame.sender}-${frame.type.toLowerCase().replaceAll("_", "-")}.jsonl`,
      vectorsOf(contract, oracle, frame),
    ]),
  );
}

function vectorsOf(contract: Contract, oracle: Oracle, frame: Frame): readonly FrameVector[] {
  const { sender, type } = frame;
  const judge = (text: string): Verdict => oracle(sender, text);
  const mutations = frame.examples.flatMap((example) =>
    mutationsOf(contract, frame.name, example).map((value) => ({
      what: describeChange(example, value),
      text: JSON.stringify(value),
    })),
  );
  const described: readonly Candidate[] = [
    ...frame.examples.map((value) => ({ what: "an example", text: JSON.stringify(value) })),
    ...frame.invalidExamples.map(({ value, because }) => ({
      what: because,
      text: JSON.stringify(value),
    })),
  ];
  const traps = frame.examples.slice(0, 1).flatMap((each) => (isObject(each) ? trapsOf(each) : []));
  const all = unique([...described, ...traps, ...sampleOf(mutations, judge)]);
  return all.map(({ what, text, open }, index): FrameVector => {
    const of = { name: `${sender} ${type} ${index + 1}: ${shortened(what)}`, from: sender };
    if (open !== undefined) return { ...of, frame: text, verdict: "either", because: open };
    const judged = judge(text);
    if (judged.verdict !== "valid") return { ...of, frame: text, ...judged };
    const value = knownMembers(contract, judged.name, judged.value);
    return { ...of, frame: text, verdict: "valid", value };
  });
}

/** Some of each verdict, spread over all that there are. */
function sampleOf(
  candidates: readonly Candidate[],
  judge: (text: string) => Verdict,
): readonly Candidate[] {
  const all = unique(candidates);
  const short = all.filter(({ text }) => text.length <= LONG);
  const long = all.filter(({ text }) => text.length > LONG && text.length <= LONGEST);
  const verdicts = new Map(short.map((each) => [each, judge(each.text).verdict] as const));
  const kept = (["valid", "invalid", "unknown"] as const).flatMap((verdict) =>
    spread(
      short.filter((each) => verdicts.get(each) === verdict),
      MOST[verdict],
    ),
  );
  return [...kept, ...long];
}

/** At most so many, at even distances. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, index) => items[Math.floor((index * items.length) / most)],
  ).filter((item): item is T & {} => item !== undefined);
}

function unique(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => {
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

const LONGEST_NAME = 120;

function shortened(what: string): string {
  const characters = Array.from(what);
  return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME).join("")}…` : what;
}

/** One JSON object a line, in ASCII beyond what a reader of lines takes for their end. */
export function frameVectorText(vectors: readonly FrameVector[]): string {
  return vectors.map((vector) => `${asciiJson(vector)}\n`).join("");
}

/** Escapes what is no printable ASCII: editors show it, and no reader of lines is led astray. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

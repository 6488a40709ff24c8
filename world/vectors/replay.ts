import { type Move, Session } from "../sessions.js";
import {
  type Difference,
  describeDifference,
  firstDifference,
} from "../../conformance/vectors/first-difference.js";
import { type Trace, vectorEffect, type VectorStep } from "./vector.js";

/** Where a session does something else than a trace says. */
export interface Disagreement extends Difference {
  /** Name of the trace. */
  readonly name: string;
  /** Which step, from 0. */
  readonly step: number;
}

/**
 * Gives a new session every input of a trace and compares what it answers.
 * @param moved told of every row of the lifecycle tables that is taken
 * @returns the first disagreement
 */
export function replay(trace: Trace, moved?: (move: Move) => void): Disagreement | undefined {
  const { head, steps } = trace;
  let left: readonly number[] = [];
  const random = (): number => {
    const [chance, ...rest] = left;
    if (chance === undefined) throw new RangeError("the session draws more than the trace has");
    left = rest;
    return chance;
  };
  const session = new Session(head.settings, random, moved);
  for (const [step, expected] of steps.entries()) {
    left = expected.chances ?? [];
    const found = differenceOf(session, expected);
    if (found !== undefined) return { name: head.name, step, ...found };
  }
  return undefined;
}

function differenceOf(session: Session, expected: VectorStep): Difference | undefined {
  try {
    return firstDifference(expected, taken(session, expected));
  } catch (error) {
    return { path: "", expected, actual: String(error) };
  }
}

/** The step as this session does it. */
function taken(session: Session, { n, now, input, chances = [] }: VectorStep): VectorStep {
  const effects = session.handle(input, now).flatMap((effect) => vectorEffect(effect, now) ?? []);
  const { deadline } = session;
  const unused = session.chances.length === chances.length ? chances : session.chances;
  return {
    n,
    now,
    input,
    ...(unused.length === 0 ? {} : { chances: unused }),
    effects,
    ...(deadline === undefined ? {} : { deadline }),
  };
}

export function describeDisagreement(found: Disagreement): string {
  return `${found.name}, step ${found.step}, ${describeDifference(found)}`;
}

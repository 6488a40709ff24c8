// The judging steps: expect, never, observe.

import { setTimeout as delay } from "node:timers/promises";

import type { ExpectStep, NeverStep } from "../cases/case.js";
import { match, type Saved } from "../match.js";
import type { Entry } from "../transcript.js";
import { accepts, describe } from "./select.js";
import type { Stage } from "./stage.js";
import { CaseEnd, mismatchFailure, type Failure } from "./verdict.js";

// A clock of whole milliseconds and a timer that rounds may each be one early, at both ends.
const ROUNDING_MS = 4;

// No fence reaches a connection that is not there yet: a dial needs this long to arrive on a loopback.
const DIAL_TRAVEL_MS = 15;

/** The first entry that counts: after a labelled step, or from the start. */
function beginning(stage: Stage, since: string | undefined): number {
  return since === undefined ? 0 : (stage.labels.get(since)?.index ?? 0);
}

/** Waits for one entry, but no longer than its connection lives. */
async function awaited(stage: Stage, step: ExpectStep): Promise<Entry | undefined> {
  const connection = stage.connectionOf(step);
  const selected = accepts(step, connection);
  const from = beginning(stage, step.since);
  const fits = (entry: Entry): boolean => entry.index >= from && selected(entry);
  const over = (entry: Entry): boolean =>
    entry.kind === "closed" && connection !== undefined && entry.on === connection;
  const limitMs = step.within ?? stage.hangMs;
  const found = await stage.transcript.next((entry) => fits(entry) || over(entry), limitMs);
  if (found && fits(found)) return found;
  // The connection is over: what was sent before its end has been read before its end.
  return stage.transcript.untaken(fits)[0];
}

function missing(stage: Stage, step: ExpectStep, requirements: readonly string[]): Failure {
  const connection = stage.connectionOf(step);
  const ended = connection === undefined ? undefined : stage.endOf(connection);
  return {
    kind: "missing",
    requirements,
    problem:
      ended === undefined
        ? `nothing like it came within ${step.within ?? stage.hangMs} ms`
        : "the connection ended without it",
    expected: describe(step, connection),
    actual: ended ?? "nothing",
  };
}

export function tooEarly(
  stage: Stage,
  entry: Entry,
  bound: { readonly ms: number; readonly after: string },
  requirements: readonly string[],
): Failure | undefined {
  const label = stage.labels.get(bound.after);
  if (!label) {
    throw new CaseEnd("error", {
      kind: "suite",
      requirements: [],
      problem: `no step before this one is labelled ${bound.after}`,
    });
  }
  const passedMs = entry.atMs - label.atMs;
  if (passedMs + ROUNDING_MS >= bound.ms) return undefined;
  return {
    kind: "too_early",
    requirements,
    entry: entry.index,
    problem: `came ${Math.round(passedMs)} ms after "${bound.after}"`,
    expected: `at least ${bound.ms} ms after "${bound.after}"`,
    actual: `${Math.round(passedMs)} ms`,
  };
}

async function check(
  stage: Stage,
  step: ExpectStep,
  requirements: readonly string[],
): Promise<Failure | undefined> {
  const saved: Saved = {};
  for (const pattern of step.each ?? [step.with]) {
    const entry = await awaited(stage, step);
    if (!entry) return missing(stage, step, requirements);
    stage.transcript.take(entry);
    const mismatch = pattern && match(pattern, entry.value ?? {}, "", saved);
    if (mismatch) {
      const subject = describe(step, stage.connectionOf(step));
      return { ...mismatchFailure(mismatch, requirements, subject), entry: entry.index };
    }
    const early = step.notBefore && tooEarly(stage, entry, step.notBefore, requirements);
    if (early) return early;
  }
  stage.variables.setAll(saved);
  return undefined;
}

export async function expectStep(
  stage: Stage,
  step: ExpectStep,
  index: number,
  requirements: readonly string[],
): Promise<void> {
  const failure = await check(stage, step, requirements);
  stage.assertions.push({ step: index, verb: "expect", requirements, held: failure === undefined });
  if (failure) throw stage.failed({ ...failure, step: index });
}

/** A precondition: without it the case says nothing about its requirements. */
export async function observeStep(stage: Stage, step: ExpectStep, index: number): Promise<void> {
  const failure = await check(stage, step, stage.testCase.requirements);
  if (failure) throw new CaseEnd("untestable", { ...failure, kind: "precondition", step: index });
}

export async function neverStep(
  stage: Stage,
  step: NeverStep,
  index: number,
  requirements: readonly string[],
): Promise<void> {
  if (step.fence !== false) await stage.fence();
  if (step.dial) await delay(DIAL_TRAVEL_MS);
  if (stage.transcript.interrupted) throw stage.transcript.interrupted;
  const connection = step.on ?? undefined;
  const from = beginning(stage, step.since);
  const fits = accepts(step, connection);
  const found = stage.transcript.untaken((entry) => entry.index >= from && fits(entry))[0];
  stage.assertions.push({ step: index, verb: "never", requirements, held: found === undefined });
  if (!found) return;
  throw stage.failed({
    kind: "forbidden",
    requirements,
    step: index,
    entry: found.index,
    problem: "it came, and must not",
    expected: `never ${describe(step, connection)}`,
    actual: found.value,
  });
}

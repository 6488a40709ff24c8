// Which cases need no driver: those of the wire tier, and driven ones that only wait for a client to dial.

import { type Case, type Selector, type Step } from "../cases/case.js";
import { member } from "../json.js";

/** Announced waits beyond this would hold up every case that comes after. */
const LONGEST_WAIT_MS = 2_000;
const WAITS = ["baseDelayMs", "firstSpreadMs", "circuitRestMs"] as const;

function opensPlainly(step: Step): boolean {
  const open = step.drive?.open;
  return open !== undefined && Object.keys(open).length === 0;
}

/** `expect {report: state, where: {state}}` and nothing more: what comes next on the wire implies it. */
function isMereState(step: Step): boolean {
  const { expect } = step;
  if (expect?.report !== "state" || expect.with !== undefined || expect.each !== undefined) {
    return false;
  }
  const state = member(expect.where, "state");
  return (
    Object.keys(expect.where ?? {}).length === 1 && (state === "connected" || state === "backoff")
  );
}

function selectors(step: Step): readonly Selector[] {
  return [step.expect, step.never, step.observe].filter((each) => each !== undefined);
}

/** Heads beyond 0 before the client has a position: what it does then is its application's choice. */
function assumesStart(steps: readonly Step[]): boolean {
  const first = steps.find((step) => step.accept)?.accept?.connect;
  const streams = member(first === false ? undefined : first, "streams");
  return (
    Array.isArray(streams) && streams.some((head: unknown) => member(head, "lastEventId") !== 0)
  );
}

function waitsLong(steps: readonly Step[], vars: unknown): boolean {
  return steps.some((step) => {
    const given: unknown = step.accept?.connect;
    const connect =
      typeof given === "string" ? member(vars, given.slice(1)) : given === false ? {} : given;
    const reconnect = member(connect, "reconnect");
    return WAITS.some((name) => Number(member(reconnect, name) ?? 0) > LONGEST_WAIT_MS);
  });
}

/** Names that are another in each case, or that the dialling client fixes itself. */
const OWN_NAMES = /\$\{?own\b/u;

/** The driven case without its driver, or undefined where it needs one. */
export function withoutDriver(testCase: Case): Case | undefined {
  const { steps, vars } = testCase;
  const [first, ...rest] = steps;
  if (testCase.role !== "client" || testCase.tier !== "driven") return undefined;
  if (testCase.needs.length > 0 || testCase.clock !== "real") return undefined;
  if (!first || !opensPlainly(first) || rest.some((step) => step.drive)) return undefined;
  const kept = rest.filter((step) => !isMereState(step));
  if (kept.some((step) => selectors(step).some((each) => each.report !== undefined))) {
    return undefined;
  }
  if (assumesStart(kept) || waitsLong(kept, vars)) return undefined;
  if (OWN_NAMES.test(JSON.stringify(kept))) return undefined;
  return { ...testCase, tier: "wire", steps: kept };
}

/** Whether the case ends a client that keeps the contract: nothing can follow it unattended. */
export function isTerminal(testCase: Case): boolean {
  return testCase.steps.some((step) => step.never?.dial === true);
}

/** All cases of the wire tier in the order in which a client meets them, terminal ones last. */
export function wireCases(all: readonly Case[]): readonly Case[] {
  const own = all.filter((each) => each.tier === "wire");
  const reused = all.map(withoutDriver).filter((each) => each !== undefined);
  const cases = [...own, ...reused];
  return [
    ...cases.filter((each) => each.standing === undefined && !isTerminal(each)),
    ...cases.filter((each) => each.standing === undefined && isTerminal(each)),
    ...cases.filter((each) => each.standing !== undefined),
  ];
}

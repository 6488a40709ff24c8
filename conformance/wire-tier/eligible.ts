// Which cases need no driver: those of the wire tier, and driven ones that only wait for a client to dial.

import { type Case, type Selector, type Step } from "../cases/case.js";
import { member } from "../json.js";
import { comesBack } from "./close-table.js";

/** Announced waits beyond this would hold up every case that comes after. */
const LONGEST_WAIT_MS = 2_000;
const WAITS = ["baseDelayMs", "firstSpreadMs", "circuitRestMs"] as const;

function opensPlainly(step: Step): boolean {
  const open = step.drive?.open;
  return open !== undefined && Object.keys(open).length === 0;
}

/** `{report: state, where: {state}}` and nothing more: what comes next on the wire implies it. */
function isMereState(step: Step): boolean {
  const awaited = step.expect ?? step.observe;
  if (awaited?.report !== "state" || awaited.with !== undefined || awaited.each !== undefined) {
    return false;
  }
  const state = member(awaited.where, "state");
  return (
    Object.keys(awaited.where ?? {}).length === 1 && (state === "connected" || state === "backoff")
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

/** Frames that an application causes: without a driver nobody knows whether it may. */
const OF_THE_APPLICATION: readonly (string | undefined)[] = [
  "PRESENCE_UPDATE",
  "MESSAGE",
  "DISCONNECT",
];

function forbidsItsApplication(step: Step): boolean {
  return OF_THE_APPLICATION.includes(step.never?.frame);
}

/** Counts heartbeats by hand, which a fence of this tier lets pass. */
function countsHeartbeats(steps: readonly Step[]): boolean {
  const byHand = steps.some(
    (step) => step.accept?.auto !== undefined && !step.accept.auto.includes("HEARTBEAT"),
  );
  const fenced = steps.findIndex((step) => step.never !== undefined || step.fence !== undefined);
  return byHand && fenced >= 0 && fenced < steps.length - 1;
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
  if (kept.some(forbidsItsApplication)) return undefined;
  if (assumesStart(kept) || waitsLong(kept, vars) || countsHeartbeats(kept)) return undefined;
  if (OWN_NAMES.test(JSON.stringify(kept))) return undefined;
  return { ...testCase, tier: "wire", steps: kept };
}

/** What a client that keeps the contract does not come back from, in one step. */
function stops(step: Step, testCase: Case): boolean {
  if (step.never?.dial === true) return true;
  const value = (given: unknown): unknown =>
    typeof given === "string" && given.startsWith("$") ? testCase.vars[given.slice(1)] : given;
  const ends = (code: unknown): boolean =>
    code !== undefined && !comesBack(Number(value(code)), testCase.needs.includes("token"));
  if (step.end && ends(step.end.code)) return true;
  const connect = value(step.accept?.connect);
  const version = value(member(connect, "protocolVersion"));
  if (typeof version === "string" && !version.startsWith("1.")) return true;
  const frame = step.send?.frame;
  if (frame?.type !== "DISCONNECT") return false;
  return frame.reconnect === false || ends(frame.code);
}

/** Whether the case ends a client that keeps the contract: nothing can follow it unattended. */
export function isTerminal(testCase: Case): boolean {
  return testCase.steps.some((step) => stops(step, testCase));
}

/**
 * All cases of the wire tier: its own, and driven ones that are about something else. In the order in which
 * a client meets them, terminal ones last.
 */
export function wireCases(all: readonly Case[]): readonly Case[] {
  const own = all.filter((each) => each.tier === "wire");
  const cited = new Set(own.flatMap((each) => each.requirements));
  const reused = all
    .filter((each) => each.requirements.some((id) => !cited.has(id)))
    .map(withoutDriver)
    .filter((each) => each !== undefined);
  const cases = [...own, ...reused];
  return [
    ...cases.filter((each) => each.standing === undefined && !isTerminal(each)),
    ...cases.filter((each) => each.standing === undefined && isTerminal(each)),
    ...cases.filter((each) => each.standing !== undefined),
  ];
}

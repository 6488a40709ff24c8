// Cases and runs of the runner's own tests, against conformance/testees/faulty.

import { join } from "node:path";

import type { Case, Step } from "../cases/case.js";
import { loadContract } from "../contract.js";
import type { TesteeAddress } from "../driver/channel.js";
import { packageRoot } from "../package-root.js";
import type { RunResult } from "../runner/verdict.js";
import type { DrivenOptions } from "./bench.js";
import { runDriven } from "./run.js";

export const contract = loadContract();
export const fake = join(packageRoot(), "conformance", "testees", "faulty", "main.mjs");

export function caseOf(id: string, steps: readonly Step[], over: Partial<Case> = {}): Case {
  return {
    id,
    title: "a case of the runner's own tests",
    requirements: ["STREAM-6"],
    role: "client",
    tier: "driven",
    level: "MUST",
    since: "1.0",
    needs: [],
    clock: "real",
    profile: "open",
    vars: {},
    unwatched: [],
    file: "test",
    steps,
    ...over,
  };
}

const HEAD = { stream: "$orders", epoch: "e1", lastEventId: 0 };

export const CONNECTED: readonly Step[] = [
  { drive: { open: {} } },
  { accept: { connect: { streams: [HEAD] } } },
  { expect: { report: "state", where: { state: "connected" } } },
];

export function event(eventId: number): Step {
  return { send: { frame: { type: "EVENT", stream: "$orders", epoch: "e1", eventId } } };
}

export const DELIVERS = caseOf("stream/delivers", [
  ...CONNECTED,
  event(1),
  event(1),
  { expect: { report: "delivered", with: { eventId: 1, payload: { number: 1 } } } },
  { never: { report: "delivered" } },
]);

export const PLAIN = caseOf("stream/plain", CONNECTED);

/** The same case under a name that lets the testee show its fault. */
export function faulty(testCase: Case): Case {
  return { ...testCase, id: testCase.id.replace("/", "/faulty-") };
}

/** For a testee that answers: only what hangs for ever takes so long. */
const PATIENCE_MS = 60_000;

/** For one that hangs, which is waited for, beside others that must have begun by then. */
export const HANG_MS = 5_000;

export function fakeTestee(...args: readonly string[]): TesteeAddress {
  return { kind: "command", command: [process.execPath, fake, ...args], driver: "stdio" };
}

export async function judged(
  fault: string,
  cases: readonly Case[],
  over: Partial<DrivenOptions> = {},
): Promise<RunResult> {
  return await runDriven({
    cases,
    contract,
    seed: 1,
    hangMs: PATIENCE_MS,
    repeat: (id) => `repeat ${id}`,
    testee: fakeTestee(fault),
    target: "fake",
    ...over,
  });
}

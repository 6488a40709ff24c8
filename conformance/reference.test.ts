// Both tiers on the reference client and server, in full, as a user would run them.

import { describe, expect, it } from "vitest";

import { loadCases } from "./cases/load.js";
import { loadContract } from "./contract.js";
import { runDriven } from "./driven/run.js";
import { buildReference } from "./mutants/build.js";
import { failureText } from "./report/text.js";
import { chooseCases } from "./runner/choose.js";
import { judge } from "./runner/judge.js";
import type { RunOptions } from "./runner/options.js";
import { exitCode, type CaseResult, type RunResult } from "./runner/verdict.js";
import { outsideAddress } from "./server-tier/outside.js";
import { runServer } from "./server-tier/run.js";

const contract = loadContract();
/** Only what hangs for ever takes so long. */
const HANG_MS = 60_000;

const ONCE = { rounds: 1, shuffle: false };

function options(tier: "driven" | "server"): RunOptions {
  return {
    cases: chooseCases(loadCases(), { tier, cases: [], requirements: [] }),
    contract,
    seed: 1,
    hangMs: HANG_MS,
    repeat: (id) => `latido conformance ${tier === "driven" ? "client" : "server"} --case ${id}`,
  };
}

/** Strangers can only be tried where this machine has an address other than loopback. */
function isOutOfReach({ id, verdict }: CaseResult): boolean {
  const needs = loadCases().find((each) => each.id === id)?.needs ?? [];
  return verdict === "n/a" && needs.includes("outside") && outsideAddress() === undefined;
}

function failures(run: RunResult): readonly string[] {
  return run.cases
    .filter((each) => each.verdict !== "pass")
    .map((each) => failureText(each, contract.requirements));
}

describe("the reference implementations", () => {
  it("the TypeScript client passes every driven case", async () => {
    const bundle = await buildReference("client");
    const run = await judge(options("driven"), ONCE, (given) =>
      runDriven({
        ...given,
        testee: { kind: "command", command: [process.execPath, bundle], driver: "stdio" },
        target: bundle,
      }),
    );
    expect(failures(run)).toEqual([]);
    expect(exitCode(run)).toBe(0);
  });

  it("the server passes every case of the server tier beside a canary", async () => {
    const command = [process.execPath, await buildReference("server"), "--config", "{settings}"];
    const run = await judge(options("server"), ONCE, (given) =>
      runServer({ ...given, subject: { kind: "command", command, event: "chat_message" } }),
    );
    const seen = { ...run, cases: run.cases.filter((each) => !isOutOfReach(each)) };
    expect(failures(seen)).toEqual([]);
    expect(run.notJudged).toBeUndefined();
    expect(exitCode(seen)).toBe(0);
  });
});

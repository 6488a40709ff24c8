// The server tier with tokens for every connection, on each transport: a part of what docs/conformance.md
// shows in full.

import { describe, expect, it } from "vitest";

import { availableTransports } from "../../server/testing/available-transports.js";
import { loadCases } from "../cases/load.js";
import { bundledCommand } from "../command.test-support.js";
import { loadContract } from "../contract.js";
import type { Case } from "../cases/case.js";
import type { Variation } from "../profiles/variation.js";
import { failureText } from "../report/text.js";
import { chooseCases } from "../runner/choose.js";
import { exitCode, type RunResult } from "../runner/verdict.js";
import { caseOf } from "./run.test-support.js";
import { runServer } from "./run.js";

const contract = loadContract();

async function judged(cases: readonly Case[], variation: Variation): Promise<RunResult> {
  const flags = ["serve", "--json", "--port", "0", "--config", "{settings}"];
  return await runServer({
    cases,
    contract,
    seed: 1,
    hangMs: 30_000,
    repeat: (id) => `latido conformance server --auth jwt --case ${id}`,
    subject: {
      kind: "command",
      command: [process.execPath, await bundledCommand(), ...flags],
      event: "chat_message",
      variation,
    },
  });
}

function chosen(...patterns: readonly string[]): readonly Case[] {
  return chooseCases(loadCases(), { tier: "server", cases: patterns, requirements: [] });
}

const PART = chosen("auth/everyone-is-believed", "auth/no-token", "http/publish*", "route/*");

describe.each(availableTransports())("with --auth jwt, transport %s", (transport) => {
  it("cases of profiles without tokens pass, and what is about them is left out by name", async () => {
    const run = await judged(PART, { auth: "jwt", overlay: { transport } });
    const red = run.cases.filter((each) => each.verdict !== "pass");
    expect(red.map((each) => failureText(each, contract.requirements))).toEqual([]);
    expect(run.cases.length).toBe(PART.length - 1);
    expect(new Set(run.profiles)).toEqual(new Set(PART.map((each) => each.profile)));
    expect(run.notes).toEqual(["not judged with --auth jwt: auth/everyone-is-believed"]);
    expect(exitCode(run)).toBe(0);
  });
});

describe("a variation", () => {
  const NOBODY = caseOf("auth/nobody-without-a-token", [
    { dial: { token: false, connected: false } },
    { expect: { closed: true, with: { code: 4500 } } },
  ]);

  it("with --auth jwt is a server that believes nobody without a token", async () => {
    const run = await judged([NOBODY], { auth: "jwt", overlay: { transport: "ws" } });
    expect(run.cases.map((each) => each.verdict)).toEqual(["pass"]);
  });

  it("of settings reaches the server", async () => {
    const run = judged([NOBODY], { overlay: { transport: "pigeon" } });
    await expect(run).rejects.toThrow(/transport is "pigeon"; allowed is auto, uws, ws/u);
  });
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { readReplay, repeated, repeatedText, type Replay } from "./replay.js";
import { failedCase, passedCase, runOf } from "./report/sample.test-support.js";
import { resultsOf } from "./report/results.js";
import { caseTrace } from "./report/trace.js";
import type { CaseResult, RunResult } from "./runner/verdict.js";

const folder = mkdtempSync(join(tmpdir(), "latido-replay-"));
let files = 0;

function file(text: string): string {
  const path = join(folder, `${(files += 1)}`);
  writeFileSync(path, text);
  return path;
}

function results(run: RunResult): string {
  return file(JSON.stringify(resultsOf(run, 1)));
}

const ADAPTER = {
  command: "client",
  arguments: ["--driver", "fd:3", "--", "./adapter", "-x"],
} as const;
const SERVER = {
  command: "server",
  arguments: ["--profile", "short", "ws://a:1", "--publish", "http://a:1/v1/events"],
} as const;

const mixed = [passedCase("a/fine"), failedCase("a/one", {}), failedCase("b/two", {})];

function argsOf(replay: Replay): readonly (readonly string[])[] {
  return replay.kind === "cases" ? replay.repetitions.map(({ args }) => args) : [];
}

function read(run: RunResult, cases: readonly string[] = [], target: readonly string[] = []) {
  return argsOf(readReplay(results(run), { cases, target }));
}

describe("replay", () => {
  it("repeats what did not pass, with its seed and against the same target", () => {
    expect(read(runOf(mixed, { seed: 9, invocation: ADAPTER }))).toEqual([
      ["client", "--case", "a/one", "--case", "b/two", "--seed", "9", ...ADAPTER.arguments],
    ]);
  });

  it("repeats the chosen cases, also one that passed", () => {
    const run = runOf(mixed, { invocation: ADAPTER });
    expect(read(run, ["a/*"])[0]?.slice(0, 5)).toEqual([
      "client",
      "--case",
      "a/fine",
      "--case",
      "a/one",
    ]);
  });

  it("repeats the first round that failed, with that round's seed", () => {
    const rounds: readonly CaseResult[] = [
      { ...passedCase("a/one"), round: 1 },
      { ...failedCase("a/one", {}), round: 2 },
      { ...failedCase("a/one", {}), round: 3 },
      { ...failedCase("b/two", {}), round: 1 },
    ];
    expect(read(runOf(rounds, { seed: 4_294_967_295, invocation: ADAPTER }))).toEqual([
      ["client", "--case", "a/one", "--seed", "0", ...ADAPTER.arguments],
      ["client", "--case", "b/two", "--seed", "4294967295", ...ADAPTER.arguments],
    ]);
  });

  it.each<[string, Partial<RunResult>, readonly string[], readonly string[]]>([
    ["another adapter", { invocation: ADAPTER }, ["./new"], ["--driver", "fd:3", "--", "./new"]],
    [
      "another address",
      { tier: "server", invocation: SERVER },
      ["ws://b:2", "--publish", "http://b:2/"],
      ["--profile", "short", "ws://b:2", "--publish", "http://b:2/"],
    ],
    [
      "a command in place of an address",
      { tier: "server", invocation: SERVER },
      ["./serve"],
      ["--profile", "short", "--", "./serve"],
    ],
    ["a target for a run that names none", { tier: "server" }, ["./serve"], ["--", "./serve"]],
  ])("takes %s after --", (_what, over, target, reach) => {
    expect(read(runOf(mixed, over), [], target)[0]?.slice(7)).toEqual(reach);
  });

  it("reads the trace of one case", () => {
    const run = runOf(mixed, { seed: 9, invocation: ADAPTER });
    const trace = file(caseTrace(run, mixed[1]!));
    expect(argsOf(readReplay(trace, { cases: [], target: [] }))).toEqual([
      ["client", "--case", "a/one", "--seed", "9", ...ADAPTER.arguments],
    ]);
  });

  it("knows the trace of a simulated world by its first line", () => {
    const trace = file('{"latidoTrace":1,"plan":{"seed":7},"violations":[]}\n{"at":0}\n');
    expect(readReplay(trace, { cases: [], target: [] })).toEqual({ kind: "world" });
  });

  it.each<[string, string, readonly string[], RegExp]>([
    ["no file", join(folder, "none"), [], /^cannot read .*none/u],
    ["no JSON", file("hello\nworld"), [], /neither results\.json nor a trace/u],
    ["other JSON", file('{"format":1}'), [], /not results\.json of this suite: it must have/u],
    ["a newer format", file('{"format":2}'), [], /not results\.json of this suite/u],
    ["a trace of something else", file('{"latidoTrace":1}\n'), [], /neither a case nor a world/u],
    ["nothing that failed", results(runOf([passedCase("a/fine")])), [], /every case passed/u],
    [
      "a pattern that fits nothing",
      results(runOf(mixed)),
      ["c/*"],
      /--case c\/\* matches no case/u,
    ],
    ["no target", results(runOf(mixed)), [], /give it after --/u],
  ])("with %s says in one line what is wrong", (_what, path, cases, says) => {
    const wishes = { cases, target: [] };
    expect(() => readReplay(path, wishes)).toThrow(says);
    expect(() => readReplay(path, wishes)).toThrow(expect.objectContaining({ name: "UsageError" }));
    expect(() => readReplay(path, wishes)).not.toThrow(/\n/u);
  });
});

describe("a repeated case", () => {
  const before = failedCase("a/one", { step: 3 });
  it.each<[string, CaseResult | undefined, RegExp]>([
    ["the same way", failedCase("a/one", { step: 3 }), /a\/one went as before: fail at step 4/u],
    [
      "in another way",
      failedCase("a/one", { step: 1 }),
      /went otherwise: fail at step 2.*before: fail at step 4/u,
    ],
    ["no more", passedCase("a/one"), /passes now; before: fail at step 4/u],
    ["not at all", undefined, /did not run/u],
  ])("that fails %s is told so", (_what, now, says) => {
    expect(repeatedText(repeated(before, now))).toMatch(says);
  });
});

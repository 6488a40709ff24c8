// `latido conformance` as a process of its own: exit codes, interrupts, what it prints.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { bundledCommand, latido, startLatido } from "./command.test-support.js";
import { buildReference } from "./mutants/build.js";

let reference: string;

beforeAll(async () => {
  await bundledCommand();
  reference = await buildReference("client");
});

/** Answers the driver until a command comes; then writes its pid to a file, and hears nothing any more. */
const SILENT_TESTEE = `
  const [silentAt, pidFile] = process.argv.slice(1);
  const hello = { implementation: "silent", version: "1", language: "js", spec: ["1.0"], capabilities: [] };
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, cmd } = JSON.parse(line);
    if (cmd === silentAt) require("node:fs").writeFileSync(pidFile, String(process.pid));
    else console.log(JSON.stringify({ re: id, ok: true, ...(cmd === "hello" ? hello : {}) }));
  });
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 1_000);
`;

function folder(): string {
  return mkdtempSync(join(tmpdir(), "latido-cli-"));
}

async function client(...flags: readonly string[]): ReturnType<typeof latido> {
  return await latido(["conformance", "client", ...flags, "--", process.execPath, reference]);
}

describe("latido conformance client", () => {
  it("repeats every case, each round with the next seed, and says in which order", async () => {
    const out = folder();
    const flags = ["--case", "sync/*", "--repeat", "2", "--shuffle", "--jobs", "2", "--seed", "41"];
    const ended = await client(...flags, "--out", out);
    expect(ended.out).toContain("the same order: --shuffle --seed 41");
    expect(ended.code).toBe(0);
    const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as {
      readonly cases: readonly { readonly id: string; round: number; command: string }[];
    };
    const ids = (round: number): string[] =>
      results.cases.filter((each) => each.round === round).map((each) => each.id);
    expect(ids(2)).not.toEqual(ids(1));
    expect([...ids(2)].sort()).toEqual([...ids(1)].sort());
    expect(results.cases.at(-1)?.command).toContain("--seed 42");
  });

  it("ends in order when it is interrupted: its children, a report, exit 130", async () => {
    const out = folder();
    const flags = ["--repeat", "50", "--out", out, "--", process.execPath, reference];
    const started = await startLatido(["conformance", "client", ...flags]);
    await started.printed("pass");
    started.process.kill("SIGINT");
    const ended = await started.ended;
    expect(ended.code).toBe(130);
    expect(ended.out).toContain("the run ended early: interrupted");
    const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as {
      readonly cases: readonly { readonly verdict: string }[];
    };
    expect(results.cases.length).toBeGreaterThan(0);
    expect(new Set(results.cases.map((each) => each.verdict))).toEqual(new Set(["pass"]));
  });

  it.each([
    ["before it greets", "hello"],
    ["in a case", "case.begin"],
  ])(
    "does not wait for a testee that falls silent %s: SIGTERM ends 143, and the testee is gone",
    async (_when, silentAt) => {
      const pidFile = join(folder(), "pid");
      const testee = [process.execPath, "-e", SILENT_TESTEE, silentAt, pidFile];
      // Who waits for the testee after all, waits longer than any test.
      const flags = ["--hang-ms", "3600000", "--", ...testee];
      const started = await startLatido(["conformance", "client", ...flags]);
      await vi.waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "", {
        timeout: 60_000,
      });
      started.process.kill("SIGTERM");
      const ended = await started.ended;
      expect(ended.code).toBe(143);
      expect(ended.out).toContain("the run ended early: interrupted");
      const pid = Number(readFileSync(pidFile, "utf8"));
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    },
  );

  it("ends at once at the second interrupt", async () => {
    const started = await startLatido([
      ...["conformance", "client", "--case", "sync/*", "--repeat", "500"],
      ...["--", process.execPath, reference],
    ]);
    await started.printed("pass");
    started.process.kill("SIGINT");
    started.process.kill("SIGTERM");
    expect([130, 143]).toContain((await started.ended).code);
  });

  it("--jobs at one address is wrong use: exit 2", async () => {
    const ended = await latido(["conformance", "server", "ws://localhost:1", "--jobs", "2"]);
    expect(ended.err).toContain("--jobs needs a server that the suite starts itself");
    expect(ended.code).toBe(2);
  });

  it.each([
    [["--repeat", "0"], "it must be at least 1"],
    [["--jobs", "many"], "it must be a whole number"],
    [["--case", "no/such"], "matches no case of the driven tier"],
    [["--known-failing", "/no/such"], "cannot read --known-failing"],
  ])("%j is wrong use: one line, exit 2", async (flags, problem) => {
    const ended = await client(...flags);
    expect(ended.err).toContain(problem);
    expect(ended.err.trim().split("\n")).toHaveLength(1);
    expect(ended.code).toBe(2);
  });

  it("holds a list of known failures to its word", async () => {
    const list = join(folder(), "known.yaml");
    const one = ["--case", "sync/head-in-connect", "--known-failing", list];
    writeFileSync(list, "- { case: sync/head-in-connect, reason: it was broken once }\n");
    const passes = await client(...one);
    expect(passes.out).toContain("sync/head-in-connect: passes now, remove it from the list");
    expect(passes.code).toBe(1);
    writeFileSync(list, "- { case: sync/none, reason: a slip }\n");
    const unknown = await client(...one);
    expect(unknown.out).toContain("sync/none: no such case");
    expect(unknown.code).toBe(1);
    writeFileSync(list, "- { case: ack/after-the-handler, reason: not chosen this time }\n");
    expect((await client(...one)).code).toBe(0);
  });
});

describe("a reader that leaves", () => {
  it("ends the command without a trace of its insides", async () => {
    const started = await startLatido([
      ...["conformance", "client", "--case", "conn/*", "--repeat", "20"],
      ...["--", process.execPath, reference],
    ]);
    await started.printed("pass");
    started.process.stdout?.destroy();
    const { code, err } = await started.ended;
    expect(err).toBe("");
    expect(code).toBe(141);
  });
});

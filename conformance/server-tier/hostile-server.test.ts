// Servers that do everything wrong: each is reported for what it is, and the runner always comes to an end.

import { describe, expect, it } from "vitest";

import type { Case } from "../cases/case.js";
import { loadContract } from "../contract.js";
import { exitCode, type RunResult } from "../runner/verdict.js";
import { runServer } from "./run.js";
import { caseOf, faulty, faultyCommand } from "./run.test-support.js";
import type { ServerSubject } from "./subject.js";
import { startServer } from "./target.js";
import { ServerUnreachable } from "./unreachable.js";

const contract = loadContract();
const PLAIN = caseOf("conn/plain", [{ dial: {} }, { fence: {} }]);
const FATAL = caseOf("pres/fatal", [
  { dial: {} },
  { send: { frame: { type: "REQUEST_PRESENCE", groups: ["g"] } } },
  { fence: {} },
]);

/** For those that are ready, or say at once that they never will be. */
const READY_MS = 60_000;
/** For those that do hang, who are waited for. */
const HANG_MS = 4_000;

async function judged(
  subject: ServerSubject,
  cases: readonly Case[] = [PLAIN, PLAIN],
  hangMs = 30_000,
): Promise<RunResult> {
  return await runServer({
    cases,
    contract,
    seed: 1,
    hangMs,
    repeat: (id) => `repeat ${id}`,
    subject,
  });
}

function verdicts(run: RunResult): readonly (readonly unknown[])[] {
  return run.cases.map((each) => [each.verdict, each.failure?.fault]);
}

describe("a command that gives no server is the user's mistake (exit 2)", () => {
  it.each<readonly [string, RegExp, number]>([
    [
      "garbage",
      /printed no ready line within 4000 ms; .* first line was "Listening on port/u,
      HANG_MS,
    ],
    ["endless", /printed a line of more than 1 MiB instead of a ready line/u, READY_MS],
    ["nowhere", /printed a ready line that names no url that begins with ws:/u, READY_MS],
    [
      "quits",
      /exited with code 3 before it was ready; its last words: the disk is full/u,
      READY_MS,
    ],
  ])("%s", async (fault, says, readyMs) => {
    const started = startServer(faultyCommand(fault), { event: "x" }, readyMs);
    await expect(started).rejects.toThrow(says);
    await expect(started).rejects.toBeInstanceOf(ServerUnreachable);
  });

  it.each([
    ["brief", /the server was ready, and then its process ended with code 0/u],
    ["token", /closed a plain connection with 4500 before CONNECT; .* --token-secret/u],
  ])("%s", async (fault, says) => {
    const run = judged(faulty(fault));
    await expect(run).rejects.toThrow(says);
    await expect(run).rejects.toBeInstanceOf(ServerUnreachable);
  });

  it("nobody listens at the address", async () => {
    const target = { url: "ws://127.0.0.1:9", event: "x" };
    await expect(judged({ kind: "address", target })).rejects.toThrow(/cannot connect .*127/u);
  });
});

describe("a server that lets no case begin fails (exit 1)", () => {
  it.each([
    ["mute", /accepted a connection and sent no CONNECT within 4000 ms/u],
    ["turns-away", /closed a plain connection with 1013 before CONNECT/u],
  ])("%s", async (fault, says) => {
    const run = await judged(faulty(fault), [PLAIN, PLAIN], HANG_MS);
    expect(verdicts(run)).toEqual([
      ["untestable", undefined],
      ["untestable", undefined],
    ]);
    expect(run.endedEarly).toMatch(says);
    expect(exitCode(run)).toBe(1);
  });
});

describe("a server that dies", () => {
  it("loses that case, and is started again for the next", async () => {
    const run = await judged(faulty("crash"), [FATAL, PLAIN]);
    expect(run.cases[0]).toMatchObject({
      verdict: "fail",
      failure: {
        kind: "driver",
        fault: "crash",
        problem: "the server's process ended with code 7",
      },
    });
    expect(run.cases[1]?.verdict).toBe("pass");
    expect(exitCode(run)).toBe(1);
  });

  it("when the case is over is reported too, if only by the case that finds it", async () => {
    const run = await judged(faulty("lets-go"), [FATAL, PLAIN, PLAIN]);
    const crashed = run.cases.filter((each) => each.failure?.fault === "crash");
    expect(crashed).toHaveLength(1);
    expect(crashed[0]?.failure?.problem).toContain("ended with code 8");
    expect(run.cases[2]?.verdict).toBe("pass");
  });

  it("a moment after its connections is blamed for them", async () => {
    const run = await judged(faulty("slips-away"), [FATAL, PLAIN, PLAIN]);
    const crashed = run.cases.filter((each) => each.failure?.fault === "crash");
    expect(crashed).toHaveLength(1);
    expect(crashed[0]?.failure?.problem).toContain("ended with code 8");
    expect(run.cases[2]?.verdict).toBe("pass");
  });

  it("three times in a row ends the run", async () => {
    const run = await judged(faulty("crash"), [FATAL, FATAL, FATAL, PLAIN]);
    expect(verdicts(run)).toEqual([
      ["fail", "crash"],
      ["fail", "crash"],
      ["fail", "crash"],
      ["untestable", undefined],
    ]);
    expect(run.endedEarly).toBe("the server died or hung in 3 cases in a row");
  });

  it("and does not start again fails the case that restarted it", async () => {
    const restarts = caseOf("conn/restarts", [{ restart: {} }, { dial: {} }], {
      needs: ["process"],
    });
    const run = await judged(faulty("once", "{settings}"), [restarts, PLAIN]);
    expect(verdicts(run)).toEqual([
      ["fail", "restart"],
      ["untestable", undefined],
    ]);
    expect(run.cases[0]?.failure?.problem).toContain("did not start again");
    expect(run.endedEarly).toContain("the server is gone");
  });
});

describe("a server that hangs", () => {
  it("is killed and started again; the case says that nothing answers", async () => {
    const run = await judged(faulty("freeze"), [FATAL, PLAIN], HANG_MS);
    expect(verdicts(run)).toEqual([
      ["fail", "hang"],
      ["pass", undefined],
    ]);
    expect(run.cases[0]?.failure?.problem).toMatch(
      /answers nothing .* HEARTBEAT was not answered/u,
    );
  });

  it("at an address ends the run: nothing can be judged there any more", async () => {
    const server = await startServer(faultyCommand("freeze"), { event: "x" });
    try {
      const run = await judged({ kind: "address", target: server.target }, [FATAL, PLAIN], HANG_MS);
      expect(verdicts(run)).toEqual([
        ["fail", "hang"],
        ["untestable", undefined],
      ]);
      expect(run.endedEarly).toMatch(/the server is gone: cannot connect/u);
      expect(exitCode(run)).toBe(1);
    } finally {
      await server.stop("SIGKILL");
    }
  });

  it("at its end is killed", async () => {
    const run = await judged(faulty("stubborn"), [PLAIN]);
    expect(verdicts(run)).toEqual([["pass", undefined]]);
  });
});

it("a server that closes everybody's connection disturbs the canary: ERR-10", async () => {
  const closes = caseOf(
    "pres/closes",
    [
      { dial: {} },
      { send: { frame: { type: "REQUEST_PRESENCE", groups: ["g"] } } },
      { expect: { closed: true } },
    ],
    { unwatched: ["closes_announced"] },
  );
  const run = await judged(faulty("slams"), [closes, PLAIN]);
  expect(run.cases[0]?.failure).toMatchObject({ kind: "canary", requirements: ["ERR-10"] });
  expect(run.cases[1]?.verdict).toBe("pass");
});

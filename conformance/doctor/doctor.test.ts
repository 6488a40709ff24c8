import { describe, expect, it } from "vitest";

import { fakeTestee } from "../driven/fake-testee.test-support.js";
import type { TesteeAddress } from "../driver/channel.js";
import { OPTIONAL_COMMANDS } from "../driver/protocol.js";
import { buildReference } from "../mutants/build.js";
import { CHECKS } from "./checks.js";
import { examine } from "./doctor.js";
import type { Diagnosis, Finding } from "./finding.js";

/** For adapters that answer everything: only what hangs for ever takes so long. */
const PATIENCE_MS = 60_000;

/** Adapters with a fault leave something unanswered, which is waited for. */
async function examined(testee: TesteeAddress, hangMs = 5_000): Promise<Diagnosis> {
  return await examine({ testee, hangMs, seed: 1 });
}

function finding(diagnosis: Diagnosis, check: string): Finding | undefined {
  return diagnosis.findings.find((each) => each.check === check);
}

describe("the doctor", () => {
  it("finds nothing wrong with the reference adapter", async () => {
    const command = [process.execPath, await buildReference("client")];
    const diagnosis = await examined({ kind: "command", command, driver: "stdio" }, PATIENCE_MS);
    expect(diagnosis.findings.filter((each) => each.status !== "ok")).toEqual([]);
    expect(diagnosis.healthy).toBe(true);
    expect(diagnosis.testee?.implementation).toBe("latido-typescript");
  });

  it("has a check for every command that a capability stands for", () => {
    const tried = CHECKS.flatMap((each) => each.testCase.needs);
    expect([...tried].sort()).toEqual([...OPTIONAL_COMMANDS].sort());
  });

  it.each([
    ["mute", "hello", "no reply to hello", "answer hello first thing"],
    ["die", "hello", "exited with code 8", "run the command by hand"],
    ["boast", "suspend", "suspend was refused", "take it out of capabilities"],
    ["none", "send", "send was refused: unsupported", "answers every mandatory command"],
  ])("says of an adapter that is %s what to do", async (fault, check, problem, advice) => {
    const diagnosis = await examined(fakeTestee(fault), fault === "die" ? PATIENCE_MS : 5_000);
    expect(finding(diagnosis, check)?.status).toBe("problem");
    expect(finding(diagnosis, check)?.problem).toContain(problem);
    expect(finding(diagnosis, check)?.advice).toContain(advice);
    expect(diagnosis.healthy).toBe(false);
  });

  it("warns of capabilities with unknown names, and names those that are not declared", async () => {
    const diagnosis = await examined(fakeTestee("fly"));
    expect(finding(diagnosis, "capabilities")).toMatchObject({ status: "warning" });
    expect(finding(diagnosis, "capabilities")?.problem).toContain('hello claims "fly"');
    expect(finding(diagnosis, "restart")).toMatchObject({ status: "not declared" });
    expect(finding(diagnosis, "restart")?.problem).toMatch(/\d+ cases cannot run/u);
  });

  it("goes on after each problem: a later check still says ok", async () => {
    const diagnosis = await examined(fakeTestee("none"));
    expect(finding(diagnosis, "presence")?.status).toBe("problem");
    expect(finding(diagnosis, "close")?.status).toBe("ok");
    expect(finding(diagnosis, "again")?.status).toBe("ok");
  });
});

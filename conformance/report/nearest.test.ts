import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { nearestMutant, readSignatures, signatureOf, type Signatures } from "./nearest.js";
import { failedCase, passedCase } from "./sample.test-support.js";

const SIGNATURES: Signatures = {
  "client/no-dedup": [
    { case: "stream/once", step: 5, kind: "monitor" },
    { case: "sync/foreign", step: 7, kind: "mismatch" },
  ],
  "client/resume-off-by-one": [{ case: "sync/resumes", step: 3, kind: "mismatch" }],
  "client/resume-far": [{ case: "sync/resumes", step: 3, kind: "missing" }],
};

const once = failedCase("stream/once", { kind: "monitor", step: 5 });
const foreign = failedCase("sync/foreign", { kind: "mismatch", step: 7 });
const resumes = failedCase("sync/resumes", { kind: "mismatch", step: 3 });
const all = [passedCase("stream/plain"), once, foreign, passedCase("sync/resumes")];

function named(...results: Parameters<typeof nearestMutant>[0]): readonly (string | undefined)[] {
  return results.map(nearestMutant(results, SIGNATURES));
}

describe("the nearest mutant", () => {
  it("is the one that fails the same cases at the same steps, and is named on those alone", () => {
    expect(named(...all)).toEqual([undefined, "client/no-dedup", "client/no-dedup", undefined]);
  });

  it("counts a broken standing rule as the same, whichever step was at work", () => {
    const elsewhere = failedCase("stream/once", { kind: "monitor", step: 2 });
    expect(named(elsewhere, foreign)[0]).toBe("client/no-dedup");
  });

  it("is told from one that fails the same case in another way", () => {
    expect(named(passedCase("stream/once"), resumes)[1]).toBe("client/resume-off-by-one");
  });

  it.each([
    ["nothing failed", [passedCase("stream/once"), passedCase("sync/foreign")]],
    ["only another case failed", [passedCase("stream/once"), failedCase("ack/late", {})]],
    [
      "much more failed than the mutant fails",
      ["a", "b", "c", "d", "e", "f"].map((id) => failedCase(id, {})).concat(once, foreign),
    ],
    ["it failed at another step", [failedCase("sync/resumes", { kind: "mismatch", step: 1 })]],
  ])("is nobody when %s", (_what, results) => {
    expect(named(...results).filter((each) => each !== undefined)).toEqual([]);
  });

  it("is nobody when two are equally near", () => {
    const twins = { one: SIGNATURES["client/no-dedup"]!, two: SIGNATURES["client/no-dedup"]! };
    expect(all.map(nearestMutant(all, twins)).filter((each) => each !== undefined)).toEqual([]);
  });

  it("compares a run of few cases with what the mutants fail among those", () => {
    expect(named(once)).toEqual(["client/no-dedup"]);
  });

  it("reads signatures.json, and what is not one is no signature", () => {
    const file = join(mkdtempSync(join(tmpdir(), "latido-nearest-")), "signatures.json");
    expect(readSignatures(file)).toEqual({});
    const [good] = signatureOf([once]);
    writeFileSync(file, JSON.stringify({ "client/a": [good, { case: 1 }], "client/b": "?" }));
    expect(readSignatures(file)).toEqual({ "client/a": [good], "client/b": [] });
  });
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { nearestMutant, readSignatures, type Signatures } from "./nearest.js";
import { failedCase, passedCase } from "./sample.test-support.js";

const DEDUP = {
  requirements: ["STREAM-6"],
  failing: [
    { case: "stream/once", step: 5, kind: "monitor", monitor: "dense" },
    { case: "sync/foreign", step: 7, kind: "mismatch" },
  ],
} as const;

const SIGNATURES: Signatures = {
  "client/no-dedup": DEDUP,
  "client/resume-off-by-one": {
    requirements: ["STREAM-7"],
    failing: [{ case: "sync/resumes", step: 3, kind: "mismatch" }],
  },
  "client/resume-far": {
    requirements: ["STREAM-8"],
    failing: [{ case: "sync/resumes", step: 3, kind: "missing" }],
  },
};

const once = failedCase("stream/once", { kind: "monitor", step: 5, monitor: "dense" });
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
    const elsewhere = failedCase("stream/once", { kind: "monitor", step: 2, monitor: "dense" });
    expect(named(elsewhere, foreign)[0]).toBe("client/no-dedup");
  });

  it("is told from one that fails the same case in another way", () => {
    expect(named(passedCase("stream/once"), resumes)[1]).toBe("client/resume-off-by-one");
  });

  it("is not held against a mutant that was never tried on the cases of other areas", () => {
    const others = ["a", "b", "c"].map((id) => failedCase(id, {}, { requirements: ["AUTH-1"] }));
    expect(named(...others, ...all)).toContain("client/no-dedup");
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

  it("is two or three that are equally near, and nobody where there are more", () => {
    const twins = { one: DEDUP, two: DEDUP };
    expect(nearestMutant(all, twins)(once)).toBe("one or two");
    const crowd = { ...twins, three: DEDUP, four: DEDUP };
    expect(all.map(nearestMutant(all, crowd)).filter((each) => each !== undefined)).toEqual([]);
  });

  it("compares a run of few cases with what the mutants fail among those", () => {
    expect(named(once)).toEqual(["client/no-dedup"]);
  });

  it("reads signatures.json, and what is not one is no signature", () => {
    const file = join(mkdtempSync(join(tmpdir(), "latido-nearest-")), "signatures.json");
    expect(readSignatures(file)).toEqual({});
    const mutants = { "client/a": DEDUP, "client/b": "?", "client/c": { failing: [1] } };
    writeFileSync(file, JSON.stringify({ format: 1, mutants }));
    expect(readSignatures(file)).toEqual({ "client/a": DEDUP });
  });
});

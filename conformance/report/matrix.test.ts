import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { areaTitle } from "./areas.js";
import { matrixOf, tally, type Row } from "./matrix.js";
import { failedCase, passedCase, runOf } from "./sample.test-support.js";
import { outcomeOf } from "./words.js";

const { requirements } = loadContract();

function rowOf(id: string, cases: readonly CaseResult[], over: Partial<RunResult> = {}): Row {
  const rows = matrixOf(runOf(cases, over), requirements).flatMap((area) => area.rows);
  return rows.find((each) => each.id === id)!;
}

/** A requirement of clients that no test can see. */
const REVIEWED =
  [...requirements.values()].find(
    ({ role, observable }) => role !== "server" && observable === "review",
  )?.id ?? "?";

const two = { requirements: ["STREAM-6", "STREAM-7"] };
const fails = failedCase("a/fails", { requirements: ["STREAM-6"] }, two);

describe("the requirement matrix", () => {
  it.each<[string, string, readonly CaseResult[]]>([
    ["kept", "STREAM-6", [passedCase("a/one"), passedCase("a/two")]],
    ["broken", "STREAM-6", [passedCase("a/one"), fails]],
    ["unjudged", "STREAM-7", [fails]],
    ["unjudged", "STREAM-7", [fails, passedCase("a/one", two)]],
    ["warned", "STREAM-6", [failedCase("a/should", {}, { verdict: "warn" })]],
    ["unjudged", "STREAM-6", [failedCase("a/unset", {}, { verdict: "untestable" })]],
    ["unjudged", "STREAM-6", [failedCase("a/stalled", {}, { verdict: "inconclusive" })]],
    ["unjudged", "STREAM-6", [failedCase("a/ours", { requirements: [] }, { verdict: "error" })]],
    ["unjudged", "STREAM-6", [failedCase("a/lacks", {}, { verdict: "n/a" })]],
    ["unrun", "STREAM-6", []],
    ["review", REVIEWED, []],
  ])("says %s of %s", (standing, id, cases) => {
    expect(rowOf(id, cases).standing).toBe(standing);
  });

  it("blames a requirement that a standing rule cites, although the case does not name it", () => {
    const broken = failedCase("a/other", { requirements: ["STREAM-5"] });
    expect(rowOf("STREAM-5", [broken])).toMatchObject({
      standing: "broken",
      cases: [{ id: "a/other", verdict: "fail" }],
    });
  });

  it("says why a rule was not judged, as far as the run knows", () => {
    expect(rowOf("STREAM-7", [fails]).note).toBe("a/fails failed, for another cause");
    const left = { notJudged: { profiles: ["short"], requirements: ["STREAM-6"] } };
    expect(rowOf("STREAM-6", [], left).note).toContain("other settings");
    expect(rowOf("STREAM-6", [], { unseen: ["STREAM-6"] }).note).toContain("this tier");
    expect(rowOf(REVIEWED, []).note).toBe(requirements.get(REVIEWED)?.reason);
  });

  it("tells a case of several rounds once, with how often it failed", () => {
    const rounds = [passedCase("a/fails"), fails, passedCase("a/fails"), fails];
    const cases = rounds.map((each, index) => ({ ...each, round: index + 1 }));
    expect(rowOf("STREAM-6", cases).cases).toEqual([
      { id: "a/fails", title: "The case a/fails", verdict: "fail", rounds: "in 2 of 4 rounds" },
    ]);
  });

  it("holds the requirements of the role that is judged, each once", () => {
    for (const tier of ["driven", "server"]) {
      const role = tier === "server" ? "server" : "client";
      const rows = matrixOf(runOf([], { tier }), requirements).flatMap((area) => area.rows);
      const binding = [...requirements.values()].filter((each) =>
        [role, "both"].includes(each.role),
      );
      expect(rows.map(({ id }) => id).sort()).toEqual(binding.map(({ id }) => id).sort());
    }
  });

  it("knows a title for every area of the contract", () => {
    const areas = [...requirements.values()].map(({ area }) => area);
    expect(areas.filter((area) => areaTitle(area) === area)).toEqual([]);
  });
});

describe("the words for a run", () => {
  const total = tally([]);
  it.each([
    [0, total, "This client keeps the contract."],
    [0, { ...total, unrun: 1 }, "This client keeps what this run judged of the contract."],
    [1, total, "This client breaks the contract."],
    [3, total, "No verdict: the run is incomplete."],
    [4, total, "No verdict: the suite itself failed."],
  ])("for exit code %i are true", (code, counts, words) => {
    expect(outcomeOf(runOf([]), code, counts).long).toBe(words);
  });
});

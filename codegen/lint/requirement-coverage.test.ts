import { describe, expect, test } from "vitest";

import type { Requirement } from "../model.js";
import { checkCoverage, isTrial } from "./requirement-coverage.js";

const place = { file: "requirements.yaml", lineOf: (index: number) => 10 * index + 1 };

function requirement(id: string, observable: Requirement["observable"]): Requirement {
  const area = id.split("-")[0] ?? "";
  return { id, observable, area, level: "MUST", role: "client", sentence: "…", since: "1.0" };
}

describe("requirement coverage", () => {
  test("a requirement that nothing tries is reported with its line", () => {
    const all = [requirement("AREA-1", "wire"), requirement("AREA-2", "driven")];
    const problems = checkCoverage(all, new Set(["AREA-1"]), place);
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      "11 no test and no case cites AREA-2",
    ]);
  });

  test("what cannot be observed needs no test", () => {
    expect(checkCoverage([requirement("AREA-1", "review")], new Set(["AREA-9"]), place)).toEqual(
      [],
    );
  });

  test.each([
    ["/p/server/session.test.ts", true],
    ["/p/conformance/cases/ack.yaml", true],
    ["/p/server/session.ts", false],
    ["/p/spec/requirements.yaml", false],
    ["/p/conformance/mutants/client/sync.yaml", false],
  ])("a citation in %s counts: %s", (file, counts) => {
    expect(isTrial(file)).toBe(counts);
  });
});

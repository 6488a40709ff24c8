import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import { loadProfiles, OPEN } from "../profiles/profile.js";
import { everyStep, verbOf } from "./case.js";
import { CaseFileError, readCaseFiles } from "./load.js";

const cases = readCaseFiles();
const driven = cases.filter((each) => each.tier === "driven");
const { requirements } = loadContract();

function folderWith(yaml: string): string {
  const folder = mkdtempSync(join(tmpdir(), "latido-cases-"));
  writeFileSync(join(folder, "a.yaml"), yaml);
  return folder;
}

const MINIMAL = `
    title: a case that is long enough
    requirements: [SYNC-1]
    role: client
    steps: [{ fence: {} }]
`;

describe("the case files", () => {
  it("keep case.schema.json and hold cases of both roles", () => {
    expect(cases.filter((each) => each.role === "client").length).toBeGreaterThan(40);
    expect(cases.filter((each) => each.role === "server").length).toBeGreaterThan(30);
  });

  it.each(cases.map((each) => [each.id, each] as const))(
    "%s names requirements that exist, for its role",
    (_id, testCase) => {
      const cited = [
        ...testCase.requirements,
        ...everyStep(testCase.steps).flatMap((step) => step.requirement ?? []),
      ];
      for (const id of cited) {
        const requirement = requirements.get(id);
        expect(requirement, id).toBeDefined();
        expect([testCase.role, "both"], id).toContain(requirement?.role);
      }
    },
  );

  it.each(cases.map((each) => [each.id, each] as const))(
    "%s measures an early arrival only from a step of the runner's own",
    (_id, testCase) => {
      const ownSteps = new Set(
        everyStep(testCase.steps)
          .filter((step) => !["expect", "observe", "never", "fence"].includes(verbOf(step)))
          .map((step) => step.label),
      );
      for (const step of everyStep(testCase.steps)) {
        const bound = step.expect?.notBefore ?? step.accept?.notBefore;
        if (bound) expect(ownSteps).toContain(bound.after);
      }
    },
  );

  it("ask for profiles that exist, and only for servers", () => {
    const profiles = loadProfiles();
    for (const { id, role, profile, needs } of cases) {
      expect([...profiles.keys()], id).toContain(profile);
      if (role === "client") expect(profile, id).toBe(OPEN);
      if (role === "server" && needs.includes("process")) expect(profile, id).not.toBe(OPEN);
    }
  });

  it.each(driven.map((each) => [each.id, each] as const))(
    "%s never lets a command race against what was just sent on the wire",
    (_id, testCase) => {
      const rounds = everyStep(testCase.steps).flatMap(({ some }) => some?.steps ?? []);
      for (const steps of [testCase.steps, rounds]) {
        for (const [index, step] of steps.entries()) {
          const before = steps[index - 1];
          if (step.drive === undefined || before === undefined) continue;
          expect(["send", "raw", "end", "drop"]).not.toContain(verbOf(before));
        }
      }
    },
  );

  it("lie under the area of a requirement that they name", () => {
    for (const testCase of cases) {
      const area = testCase.file.replace(".yaml", "").toUpperCase();
      expect(testCase.id.startsWith(area.toLowerCase()), testCase.id).toBe(true);
    }
  });

  it.each([
    [
      "an unknown verb",
      "cases: [{ id: sync/x, title: long enough, requirements: [SYNC-1], role: client, steps: [{ dance: {} }] }]",
    ],
    [
      "two verbs in a step",
      `cases:\n  - id: sync/x${MINIMAL.replace("fence: {}", "fence: {}, drop: {}")}`,
    ],
    ["no requirement", `cases:\n  - id: sync/x${MINIMAL.replace("[SYNC-1]", "[]")}`],
    ["an id twice", `cases:\n  - id: sync/x${MINIMAL}\n  - id: sync/x${MINIMAL}`],
  ])("a file with %s is refused by name", (_what, body) => {
    const folder = folderWith(`area: SYNC\n${body}\n`);
    expect(() => readCaseFiles(folder)).toThrow(CaseFileError);
    expect(() => readCaseFiles(folder)).toThrow(/^a\.yaml: /u);
  });
});

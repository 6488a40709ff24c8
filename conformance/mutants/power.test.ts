import { describe, expect, it } from "vitest";

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { applied, mutants, variants } from "./bank.js";
import { commandOf, measure } from "./power.js";

const cases = loadCases();
const { requirements } = loadContract();
const all = [...mutants(), ...variants()];

/** Every so many mutants run here; `node dist/conformance/mutants/power.js` runs them all. */
const SAMPLE = 5;

describe("the bank of mutants", () => {
  it("holds at least ten of each role, under names of their own", () => {
    for (const role of ["client", "server"]) {
      expect(mutants().filter((each) => each.role === role).length).toBeGreaterThanOrEqual(10);
    }
    expect(new Set(all.map((each) => each.name)).size).toBe(all.length);
  });

  it.each(all.map((edit) => [edit.name, edit] as const))(
    "%s still applies to the sources, exactly once, and changes them",
    (_name, edit) => {
      expect(applied(edit)).toContain(edit.replace);
      expect(edit.replace).not.toBe(edit.find);
    },
  );

  it.each(mutants().map((edit) => [edit.name, edit] as const))(
    "%s names requirements of its role that a case cites",
    (_name, edit) => {
      expect(edit.requirements).not.toEqual([]);
      for (const id of edit.requirements) {
        expect([edit.role, "both"]).toContain(requirements.get(id)?.role);
        const citing = cases.filter(
          (each) => each.role === edit.role && each.requirements.includes(id),
        );
        expect(citing).not.toEqual([]);
      }
    },
  );

  it("names the command that shows a mutant by hand", () => {
    expect(commandOf(all[0]!).join(" ")).toBe(
      `node dist/conformance/mutants/testee.js ${all[0]!.name}`,
    );
  });
});

describe("the power of the suite", () => {
  it("kills a sample of the mutants, each by a check that cites its requirement", async () => {
    const outcomes = await measure({
      edits: mutants().filter((_edit, index) => index % SAMPLE === 0),
      whole: false,
      hangMs: 2_000,
      jobs: 1,
    });
    const survivors = outcomes.filter((each) => !each.ok);
    expect(survivors.map(({ edit, problem }) => `${edit.name}: ${problem ?? ""}`)).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
  }, 120_000);
});

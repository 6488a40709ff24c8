import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { packageRoot } from "../package-root.js";
import { applied, mutants, variants } from "./bank.js";
import { measure } from "./power.js";
import { commandOf } from "./trial.js";

const cases = loadCases();
const { requirements } = loadContract();
const bank = mutants();
const all = [...bank, ...variants()];

/** How many mutants are tried here; which ones, moves on with every commit. `npm run power` tries all. */
const SAMPLE = 12;

function commits(): number {
  try {
    const args = ["rev-list", "--count", "HEAD"];
    return Number(execFileSync("git", args, { cwd: packageRoot(), encoding: "utf8" }));
  } catch {
    return 0; // not a checkout
  }
}

describe("the bank of mutants", () => {
  it("holds at least sixty mutants and twenty legal variants, under names of their own", () => {
    expect(bank.length).toBeGreaterThanOrEqual(50);
    expect(variants().length).toBeGreaterThanOrEqual(5);
    expect(new Set(all.map((each) => each.name)).size).toBe(all.length);
  });

  it.each(all.map((edit) => [edit.name, edit] as const))(
    "%s still applies to the sources, exactly once, and changes them",
    (_name, edit) => {
      expect(applied(edit)).toContain(edit.replace);
      expect(edit.replace).not.toBe(edit.find);
    },
  );

  it.each(bank.map((edit) => [edit.name, edit] as const))(
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
    const first = commits() * SAMPLE;
    const sample = Array.from(
      { length: SAMPLE },
      (_, index) => bank[(first + index) % bank.length]!,
    );
    const trials = await measure({ edits: sample, forRecord: false, hangMs: 2_000, jobs: 1 });
    const survivors = trials.filter(({ problem }) => problem !== undefined);
    expect(survivors.map(({ edit, problem }) => `${edit.name}: ${problem ?? ""}`)).toEqual([]);
  }, 120_000);
});

import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { packageRoot } from "../package-root.js";
import { applied, mutants, variants } from "./bank.js";
import { unearned } from "./earned.js";
import { matrixText, observableMusts, readMatrix } from "./matrix.js";
import { measure } from "./power.js";
import { orphans, readRecord, recordText, staleEdits } from "./record.js";
import { commandOf } from "./trial.js";
import { withoutMutant } from "./without.js";

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
    expect(bank.length).toBeGreaterThanOrEqual(60);
    expect(variants().length).toBeGreaterThanOrEqual(20);
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

  it("breaks every MUST that can be observed, or says why not", () => {
    const broken = new Set(bank.flatMap((edit) => edit.requirements));
    const without = withoutMutant();
    const missing = observableMusts().filter(({ id }) => !broken.has(id) && !without.has(id));
    expect(missing.map(({ id }) => id)).toEqual([]);
    expect([...without.keys()].filter((id) => broken.has(id) || !requirements.has(id))).toEqual([]);
  });

  it("names the command that shows a mutant by hand", () => {
    expect(commandOf(all[0]!).join(" ")).toBe(
      `node dist/conformance/mutants/testee.js ${all[0]!.name}`,
    );
  });
});

describe("the matrix", () => {
  const record = readRecord();

  it("was measured on the bank and the cases as they are (npm run power -- --stale)", () => {
    expect(staleEdits(all, record).map(({ name }) => name)).toEqual([]);
    expect(orphans(all, record)).toEqual([]);
  });

  it("is what conformance/power.md shows", () => {
    expect(readMatrix()).toBe(matrixText(record));
  });

  it("is one line an entry", () => {
    const text = recordText(record);
    expect(JSON.parse(text)).toEqual(record);
    expect(text.split("\n").length).toBe(all.length + 8);
  });

  it("has no check that killed nothing and does not say what it is for", () => {
    const judging = cases.filter(({ tier }) => tier !== "wire");
    expect(unearned(judging, record)).toEqual([]);
  });
});

describe("the power of the suite", () => {
  it("kills a sample of the mutants, each by a check that cites its requirement", async () => {
    const first = commits() * SAMPLE;
    const sample = Array.from(
      { length: SAMPLE },
      (_, index) => bank[(first + index) % bank.length]!,
    );
    const trials = await measure({ edits: sample, forRecord: false, hangMs: 5_000, jobs: 1 });
    for (const { missing } of trials)
      if (missing !== undefined) process.stderr.write(`${missing}\n`);
    const survivors = trials.filter(({ problem }) => problem !== undefined);
    expect(survivors.map(({ edit, problem }) => `${edit.name}: ${problem ?? ""}`)).toEqual([]);
  }, 900_000);
});

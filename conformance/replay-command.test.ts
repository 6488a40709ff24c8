// `latido conformance replay` and `compare` as a user types them, after a run of a faulty testee.

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { planFrom } from "../world/plan.js";
import { writeTrace } from "../world/trace-file.js";
import { latido, type Ended } from "./command.test-support.js";
import { applied, editNamed } from "./mutants/bank.js";
import { buildEdited, buildReference } from "./mutants/build.js";

const folder = mkdtempSync(join(tmpdir(), "latido-replay-"));
const CASE = "stream/in-order-and-once";
const results = join(folder, "results.json");

let faulty: string;
let reference: string;

async function conformance(...args: readonly string[]): Promise<Ended> {
  return await latido(["conformance", ...args]);
}

beforeAll(async () => {
  const edit = editNamed("client/no-dedup");
  expect(applied(edit)).toContain(edit.replace);
  faulty = await buildEdited(edit);
  reference = await buildReference("client");
  const only = ["--case", CASE, "--case", "conn/*", "--seed", "5", "--out", folder];
  const ended = await conformance("client", ...only, "--", process.execPath, faulty);
  expect(ended.code).toBe(1);
});

describe("latido conformance replay", () => {
  it("repeats what failed, alone, and says that it went as before", async () => {
    const { code, out } = await conformance("replay", results);
    expect(out).toContain(`replay: ${CASE} went as before: fail at step`);
    expect(out).toContain("1 case in");
    expect(out).toContain("seed 5");
    expect(code).toBe(1);
  });

  it("repeats the case of a trace, against the target after --", async () => {
    const trace = join(folder, "traces", `${CASE.replace("/", ".")}.jsonl`);
    const { code, out } = await conformance("replay", trace, "--", process.execPath, reference);
    expect(out).toContain(`replay: ${CASE} passes now; before: fail at step`);
    expect(code).toBe(0);
  });

  it("--json prints one JSON object and nothing else", async () => {
    const { code, out, err } = await conformance("replay", results, "--json");
    expect(JSON.parse(out)).toMatchObject({ exitCode: 1, cases: [{ id: CASE, outcome: "same" }] });
    expect(err).toBe("");
    expect(code).toBe(1);
  });

  it("runs the world of a world's trace again", async () => {
    const trace = join(folder, "world.jsonl");
    await writeTrace(trace, planFrom(7));
    const { code, out } = await conformance("replay", trace);
    expect(out).toMatch(
      /^a simulated world, seed 7, \d+ steps: every step the same\nno rule broken\n/u,
    );
    expect(out).toContain(`npm run world -- --replay ${trace}`);
    expect(code).toBe(0);
  });

  it.each<[string, string, RegExp]>([
    ["a file that is not there", join(folder, "none"), /cannot read .*none/u],
    ["a file that is neither", join(folder, "text"), /neither results\.json nor a trace/u],
    ["a world that is none", join(folder, "broken-world"), /cannot run the world of/u],
    [
      "a run that nobody can start",
      join(folder, "strange"),
      /cannot be repeated: .*--no-such-flag/u,
    ],
  ])("tells %s in one line and ends 2", async (_what, file, says) => {
    writeFileSync(join(folder, "text"), "hello\n");
    writeFileSync(join(folder, "broken-world"), '{"latidoTrace":1,"plan":{}}\n');
    const strange = readFileSync(results, "utf8").replace('"--",', '"--no-such-flag", "--",');
    writeFileSync(join(folder, "strange"), strange);
    const { code, out, err } = await conformance("replay", file);
    expect(err).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(out).toBe("");
    expect(code).toBe(2);
  });
});

describe("latido conformance compare", () => {
  let better: string;
  beforeAll(async () => {
    better = join(mkdtempSync(join(tmpdir(), "latido-better-")), "out");
    const only = ["--case", CASE, "--case", "conn/*", "--out", better];
    await conformance("client", ...only, "--", process.execPath, reference);
    better = join(better, "results.json");
  });

  it("ends 0 when nothing is worse, and says what was fixed", async () => {
    const { code, out } = await conformance("compare", results, better);
    expect(out).toContain(`fixed          ${CASE}  (fail → pass)`);
    expect(out).toContain("B is not worse: 1 fixed");
    expect(code).toBe(0);
  });

  it("ends 1 when something broke, as JSON too", async () => {
    const { code, out, err } = await conformance("compare", better, results, "--json");
    const { isWorse, rows } = JSON.parse(out) as { isWorse: boolean; rows: readonly object[] };
    expect(isWorse).toBe(true);
    expect(rows[0]).toMatchObject({ id: CASE, change: "broken", before: "pass", now: "fail" });
    expect(err).toBe("");
    expect(code).toBe(1);
  });

  it("tells a bad file in one line and ends 2", async () => {
    const { code, err } = await conformance("compare", results, join(folder, "traces"));
    expect(err).toMatch(/^latido: cannot read .*traces.*\n$/u);
    expect(code).toBe(2);
  });
});

import { describe, expect, test } from "vitest";
import { readExposition } from "./exposition.js";

const GOOD = `# HELP a_total Things
# TYPE a_total counter
a_total{kind="x",note="say \\"hi\\"\\n"} 1
a_total{kind="y"} 2.5e3
# HELP b_seconds Time, seconds
# TYPE b_seconds histogram
b_seconds_bucket{le="0.1"} 1
b_seconds_bucket{le="+Inf"} 3
b_seconds_sum 0.7
b_seconds_count 3
`;

describe("the reader of /metrics in tests", () => {
  test("it reads what is right", () => {
    const families = readExposition(GOOD);
    expect([...families.keys()]).toEqual(["a_total", "b_seconds"]);
    expect(families.get("a_total")?.samples[0]).toEqual({
      name: "a_total",
      labels: { kind: "x", note: 'say "hi"\n' },
      value: 1,
    });
  });

  test.each([
    ["no line feed at the end", (text: string) => text.slice(0, -1), /line feed/],
    ["no TYPE", (text: string) => text.replace("# TYPE a_total counter\n", ""), /TYPE is missing/],
    [
      "TYPE before HELP",
      (text: string) => text.replace("# HELP a_total Things\n", ""),
      /out of place/,
    ],
    ["no help", (text: string) => text.replace(" Things", ""), /neither HELP/],
    ["an unknown type", (text: string) => text.replace(" counter", " number"), /no type/],
    ["a family twice", (text: string) => text + text, /twice/],
    [
      "a series twice",
      (text: string) => text.replace('{kind="y"}', '{note="say \\"hi\\"\\n",kind="x"}'),
      /twice/,
    ],
    ["a stray sample", (text: string) => text.replace("b_seconds_sum", "c_sum"), /out of place/],
    ["a bare quote", (text: string) => text.replace('kind="y"', 'kind="y"z"'), /bad labels/],
    ["a bad escape", (text: string) => text.replace('kind="y"', 'kind="\\y"'), /bad labels/],
    [
      "a label twice",
      (text: string) => text.replace('kind="y"', 'kind="y",kind="z"'),
      /bad labels/,
    ],
    ["a comma too many", (text: string) => text.replace('kind="y"', 'kind="y",'), /bad labels/],
    ["a value that is none", (text: string) => text.replace("2.5e3", "many"), /no sample/],
    ["a negative counter", (text: string) => text.replace("2.5e3", "-1"), /below 0/],
    ["buckets that fall", (text: string) => text.replace('"0.1"} 1', '"0.1"} 4'), /cumulative/],
    ["no last bucket", (text: string) => text.replace("+Inf", "5"), /rise to \+Inf/],
    ["another count", (text: string) => text.replace("count 3", "count 4"), /last bucket/],
    ["no sum", (text: string) => text.replace("b_seconds_sum 0.7\n", ""), /sum/],
  ])("it refuses %s", (_what, spoil, says) => {
    expect(() => readExposition(spoil(GOOD))).toThrow(says);
  });
});

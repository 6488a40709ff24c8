import { transform } from "esbuild";
import { describe, expect, test } from "vitest";

import { renderDirectly } from "../codegen/render.js";
import { disagreements, RandomContract, SEEDS } from "./random-contract.js";

type Decoder = (value: unknown) => { readonly kind: string };

describe("payloads that chance wrote", () => {
  test.each(SEEDS)("seed %i: TypeScript takes what ajv takes, and nothing else", async (seed) => {
    using random = new RandomContract(seed);
    const { contract, verdicts } = random;
    expect(verdicts.filter(({ valid }) => valid).length).toBeGreaterThan(100);
    const text = (await renderDirectly(contract, "typescript")).get("validators.ts") ?? "";
    const { code } = await transform(text, { loader: "ts", format: "esm" });
    const address = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    const decoders = (await import(address)) as Readonly<Record<string, Decoder>>;
    const answers = verdicts.map((verdict) => {
      const answer = decoders[`decode${verdict.payload}`]?.(JSON.parse(verdict.text));
      return String(answer?.kind === "value");
    });
    expect(disagreements(verdicts, answers.join("\n"))).toEqual([]);
  });

  test.each(SEEDS)("seed %i: every language can hold them", async (seed) => {
    using random = new RandomContract(seed);
    for (const language of ["python", "go"]) {
      expect((await renderDirectly(random.contract, language)).size).toBeGreaterThan(10);
    }
  });

  test("a disagreement names the payload and both answers", () => {
    const verdict = { payload: "Odd1x", text: "{}", valid: true };
    expect(disagreements([verdict], "true\n")).toEqual([]);
    expect(disagreements([verdict], "false\n")).toEqual(["Odd1x {}: false, ajv says true"]);
    expect(disagreements([verdict, verdict], "true\n")).toEqual(["1 answers of 2"]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";

import { decodeClientFrame, decodeServerFrame } from "../../generated/typescript/validators.js";
import { readContract } from "../contract.js";
import { packageRoot } from "../package-root.js";
import { type FrameVector, frameVectors, frameVectorText } from "./frame-vectors.js";
import { type Decode, disagreement } from "./replay.js";

const root = packageRoot();
const folder = join(root, "conformance", "vectors");
const { contract, inputs } = readContract(join(root, "asyncapi.yaml"));
const files = new Map(
  readdirSync(join(folder, "frames"))
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => [name, readFileSync(join(folder, "frames", name), "utf8")] as const),
);
const vectors = [...files.values()].flatMap((text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as FrameVector),
);

const decode: Decode = (from, text) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "invalid", path: "" };
  }
  return from === "server" ? decodeServerFrame(value) : decodeClientFrame(value);
};

function disagreements(decoder: Decode): readonly string[] {
  return vectors.flatMap((vector) => disagreement(contract, vector, decoder) ?? []);
}

describe("the frames", () => {
  test("are decoded by these validators without a disagreement", () => {
    expect(disagreements(decode)).toEqual([]);
  });

  test("are at least 2000, of every type and every verdict, under names of their own", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(2_000);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    for (const { type, sender } of contract.frames) {
      const own = vectors.filter(({ name }) => name.startsWith(`${sender} ${type} `));
      const verdicts = new Set(own.map(({ verdict }) => verdict));
      expect([...verdicts].sort()).toEqual(["either", "invalid", "unknown", "valid"]);
    }
  });

  test("are what their schema says", () => {
    const schema: unknown = JSON.parse(readFileSync(join(folder, "frames.schema.json"), "utf8"));
    const validate = new Ajv({ strict: false }).compile(schema as object);
    expect(vectors.filter((vector) => !validate(vector)).map(({ name }) => name)).toEqual([]);
  });

  test("come out of the contract byte by byte", () => {
    const made = frameVectors(contract, inputs);
    expect([...files.keys()].sort()).toEqual([...made.keys()].sort());
    const differing = [...made].filter(([name, all]) => files.get(name) !== frameVectorText(all));
    expect(
      differing.map(([name]) => name),
      "run: npm run vectors",
    ).toEqual([]);
  });
});

describe("a decoder that errs is found out", () => {
  const faults: readonly (readonly [string, Decode, RegExp])[] = [
    [
      "counts UTF-16 units",
      (from, text) => (/😀{65,}/u.test(text) ? { kind: "invalid", path: "" } : decode(from, text)),
      /: \S+ is a text of \d+ characters, at \/verdict: expected "valid", actual is "invalid"$/u,
    ],
    [
      "reads names in any case",
      (from, text) => decode(from, text.replaceAll('"Type"', '"type"')),
      /\/Type instead of \/type, at \//u,
    ],
    [
      "skips a byte order mark",
      (from, text) => decode(from, text.replace("\uFEFF", "")),
      /a byte order mark before it, at \/verdict: expected "invalid", actual is "valid"$/u,
    ],
    [
      "takes every type for one of its own",
      (from, text) => {
        const answer = decode(from, text);
        return answer.kind === "unknown" ? { kind: "invalid", path: "/type" } : answer;
      },
      /, at \/verdict: expected "unknown", actual is "invalid"$/u,
    ],
    [
      "names another place",
      (from, text) => {
        const answer = decode(from, text);
        return answer.kind === "invalid" ? { ...answer, path: `${answer.path}/x` } : answer;
      },
      /, at \/path: expected "\S*", actual is "\S*\/x"$/u,
    ],
    [
      "loses a member",
      (from, text) => decode(from, text.replace('"senderId"', '"sender_id"')),
      /^server EVENT \d+: .*, at \/value\/senderId: expected ".*", actual is nothing$/u,
    ],
  ];

  test.each(faults)("%s", (_what, decoder, line) => {
    expect(disagreements(decoder).some((found) => line.test(found))).toBe(true);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import * as validators from "../../../generated/typescript/validators.js";
import { readContract } from "../../contract.js";
import { isArray, isObject } from "../../contract/json.js";
import type { Json } from "../../contract/json.js";
import type { Body, Frame, Sender } from "../../model.js";
import { mutationsOf } from "../../mutation-corpus.js";
import { packageRoot } from "../../package-root.js";
import { compileChecks } from "./ajv-code.js";

const root = packageRoot();
const { contract, inputs } = readContract(join(root, "asyncapi.yaml"));

/** What any decoder answers, whatever it decodes. */
interface Answer {
  readonly kind: "frame" | "value" | "unknown" | "invalid";
  readonly path?: string;
  readonly problem?: string;
}

type Subject = (Frame | Body) & { readonly decode: (value: unknown) => Answer };

const decoders = validators as unknown as Readonly<Record<string, (value: unknown) => Answer>>;

/** Every described value with its decoder and examples. */
const SUBJECTS: readonly Subject[] = [
  ...contract.frames.map((frame) => ({
    ...frame,
    decode: decoders[frame.sender === "server" ? "decodeServerFrame" : "decodeClientFrame"]!,
  })),
  ...contract.bodies.map((body) => ({ ...body, decode: decoders[`decode${body.name}`]! })),
];

describe("validators.ts", () => {
  test("imports nothing at run time", () => {
    const text = readFileSync(join(root, "generated/typescript/validators.ts"), "utf8");
    const { code } = transformSync(text, { loader: "ts", format: "esm" });
    expect(code).not.toMatch(/\brequire\s*\(|^\s*import\b|\bimport\s*\(/mu);
  });

  test("stops generation when ajv leaves a dependency in its code", () => {
    const shape = { kind: "array", items: { kind: "any" }, uniqueItems: true } as const;
    const type = { name: "Odd", description: "", source: "", shape };
    expect(() => compileChecks({ ...contract, types: [type] }, ["Odd"])).toThrow(
      /ajv left a dependency in the validators: .*require/u,
    );
  });

  test.each(SUBJECTS)("accepts the examples of $name", ({ decode, examples }) => {
    for (const example of examples) expect(decode(example).kind).toMatch(/^(?:frame|value)$/u);
  });

  test.each(SUBJECTS)("refuses the invalid examples of $name", ({ decode, invalidExamples }) => {
    for (const { value, path } of invalidExamples) {
      const answer = decode(value);
      // A type in the wrong case is a frame of another type, which is not for the schema to refuse.
      if (answer.kind === "unknown") continue;
      expect(answer).toMatchObject({ kind: "invalid", path });
    }
  });
});

describe("FRAME: a newer peer is understood", () => {
  test("a frame of an unknown type is kept, and is no error", () => {
    const value = { type: "FROM_2099", timestamp: "x", more: [1] };
    const answer = { kind: "unknown", type: "FROM_2099", value };
    expect(validators.decodeServerFrame(value)).toEqual(answer);
    expect(validators.decodeClientFrame(value)).toEqual(answer);
  });

  test("a frame of the other direction is unknown", () => {
    expect(validators.decodeServerFrame({ type: "HEARTBEAT" }).kind).toBe("unknown");
    expect(validators.decodeClientFrame({ type: "CONNECT" }).kind).toBe("unknown");
  });

  test("an unknown value of an open enum is kept", () => {
    const frame = contract.frames.find(({ name }) => name === "FullRefreshFrame")!;
    const value = { ...(frame.examples[0] as object), reason: "from_2099" };
    expect(validators.decodeServerFrame(value)).toEqual({ kind: "frame", frame: value });
  });

  test.each([null, [], "HEARTBEAT", 7, true])("%j is not a frame", (value) => {
    const problem = "the frame must be an object";
    expect(validators.decodeClientFrame(value)).toEqual({ kind: "invalid", path: "", problem });
  });

  test("a frame without a type, or with another kind of type, is invalid", () => {
    expect(validators.decodeClientFrame({})).toMatchObject({ kind: "invalid", path: "" });
    expect(validators.decodeClientFrame({ type: 7 })).toMatchObject({ path: "/type" });
  });
});

describe("problems", () => {
  const message = contract.frames.find(({ name }) => name === "MessageFrame")!
    .examples[0] as object;
  const ack = contract.frames.find(({ name }) => name === "AckFrame")!.examples[0] as object;

  test.each([
    [{ ...message, event: "" }, "/event", "event must have at least 1 character"],
    [{ ...message, event: "x".repeat(129) }, "/event", "event must have at most 128 characters"],
    [{ ...message, event: "a b" }, "/event", "event must match ^[A-Za-z0-9_.:-]{1,128}$"],
    [{ ...message, event: 7 }, "/event", "event must be a string"],
    [{ ...message, scope: {} }, "/scope", "scope must have at least 1 member"],
    [
      { ...message, scope: { "a b": "c" } },
      "/scope",
      /^scope (?:has a member with a name|must match)/u,
    ],
    [{ ...message, scope: { place: 7 } }, "/scope/place", "scope.place must be a string"],
    [{ type: "MESSAGE" }, "", /^the value lacks the member messageId$/u],
    [{ ...ack, streams: {} }, "/streams", "streams must be an array"],
    [
      { ...ack, streams: [{ stream: "s", epoch: "e", lastEventId: -1 }] },
      "/streams/0/lastEventId",
      "streams.0.lastEventId must be at least 0",
    ],
    [
      { type: "PRESENCE_UPDATE", payload: { status: "asleep" } },
      "/payload/status",
      "payload.status must be one of online, away, busy",
    ],
  ])("%j: the field and the bound are named", (value, path, problem) => {
    const answer = validators.decodeClientFrame(value) as Answer;
    expect(answer.path).toBe(path);
    if (typeof problem === "string") expect(answer.problem).toBe(problem);
    else expect(answer.problem).toMatch(problem);
  });

  test("the value never stands in a problem", () => {
    const secret = "s3cr3t-7f3a";
    for (const { decode, examples } of SUBJECTS) {
      for (const example of examples) {
        for (const value of withEveryMember(example, [secret, secret.repeat(9999)])) {
          expect(JSON.stringify(decode(value).problem ?? "")).not.toContain(secret);
        }
      }
    }
  });
});

describe("validators agree with plain ajv on the schemas as they are written", () => {
  const oracle = makeOracle();

  test.each(SUBJECTS)("on every mutation of $name", (subject) => {
    let count = 0;
    for (const example of subject.examples) {
      for (const value of mutationsOf(contract, subject.name, example)) {
        agree(subject, oracle, value);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(50);
  });

  test("on random values in random places", () => {
    const subjects = fc.constantFrom(...SUBJECTS);
    const place = fc.array(fc.nat({ max: 12 }), { maxLength: 4 });
    fc.assert(
      fc.property(subjects, place, fc.jsonValue(), (subject, steps, value) => {
        agree(subject, oracle, replaceAt(subject.examples[0] ?? null, steps, value as Json));
      }),
      { numRuns: 3000 },
    );
  });
});

/** A frame is judged by the schema that its type names; the type of none is unknown, and no error. */
function agree(subject: Subject, oracle: (name: string) => ValidateFunction, value: Json): void {
  const answer = subject.decode(value);
  const judge = "sender" in subject ? schemaOf(subject.sender, value) : subject.name;
  const text = JSON.stringify(value).slice(0, 300);
  if (judge === undefined) {
    expect(answer.kind, text).toBe(typeOf(value) === undefined ? "invalid" : "unknown");
    return;
  }
  const validate = oracle(judge);
  if (validate(value)) expect(answer.kind, text).toMatch(/^(?:frame|value)$/u);
  else {
    const path = validate.errors?.[0]?.instancePath;
    expect(answer, text).toMatchObject({ kind: "invalid", path });
  }
}

function schemaOf(sender: Sender, value: Json): string | undefined {
  const type = typeOf(value);
  return contract.frames.find((frame) => frame.sender === sender && frame.type === type)?.name;
}

function typeOf(value: Json): string | undefined {
  const type = isObject(value) ? value.type : undefined;
  return typeof type === "string" ? type : undefined;
}

function makeOracle(): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false });
  const titles = new Map<string, string>();
  for (const [file, text] of inputs) {
    if (!file.endsWith(".json")) continue;
    const schema = JSON.parse(text) as { readonly title: string };
    const uri = pathToFileURL(join(root, file)).href;
    ajv.addSchema(schema, uri);
    titles.set(schema.title, uri);
  }
  return (name) => {
    const validate = ajv.getSchema(titles.get(name) ?? "");
    if (validate === undefined) throw new Error(`no schema is called ${name}`);
    return validate;
  };
}

function withEveryMember(example: Json, values: readonly Json[]): readonly Json[] {
  if (isArray(example)) return withEveryMember(example[0] ?? null, values).map((item) => [item]);
  if (!isObject(example)) return values;
  return Object.entries(example)
    .filter(([name]) => name !== "type")
    .flatMap(([name, inner]) =>
      [...values, ...withEveryMember(inner, values)].map((value) => ({
        ...example,
        [name]: value,
      })),
    );
}

function replaceAt(value: Json, steps: readonly number[], wanted: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return wanted;
  if (isArray(value)) {
    const at = step % Math.max(value.length, 1);
    return value.map((item, index) => (index === at ? replaceAt(item, rest, wanted) : item));
  }
  if (!isObject(value)) return wanted;
  const names = Object.keys(value);
  const name = names[step % Math.max(names.length, 1)] ?? "x";
  return { ...value, [name]: replaceAt(value[name] ?? null, rest, wanted) };
}

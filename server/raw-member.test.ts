import fc from "fast-check";
import { expect, test } from "vitest";
import { rawMember } from "./raw-member.js";

const space = fc.constantFrom("", " ", "\n", "\t \r\n");
const key = fc.oneof(
  fc.constant("payload"),
  fc.string(),
  fc.constantFrom("pay", "payloads", "{", '"', ",", ":"),
);

test("ROUTE-9 the text of a member is found as JSON.parse would find its value", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.json({ maxDepth: 3 }), space, space), { maxLength: 8 }),
      space,
      (members, around) => {
        const text = `${around}{${around}${members
          .map(([name, value, a, b]) => `${a}${JSON.stringify(name)}${b}:${a}${value}${b}`)
          .join(",")}${around}}${around}`;
        const value = (JSON.parse(text) as { payload?: unknown }).payload;
        const raw = rawMember(text, "payload");
        if (value === undefined) expect(raw).toBeUndefined();
        else expect(JSON.parse(raw ?? "")).toEqual(value);
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  ['{"payload":1}', "1"],
  ['{"payload":1,"payload":[2]}', "[2]"],
  ['{ "a" : {"payload":0} , "payload" : "x\\"}" }', '"x\\"}"'],
  ['{"payload":12345678901234567890}', "12345678901234567890"],
  ['{"payload":-0.0e+5 }', "-0.0e+5"],
  ['{"pay\\u006coad":1,"payload":2}', "2"],
  ['{"payload":1,"pay\\u006coad":2.50}', "2.50"],
  ['{"pay\\\\load":1}', undefined],
  ["{}", undefined],
])("ROUTE-9 of %s it finds %s", (text, raw) => {
  expect(rawMember(text, "payload")).toBe(raw);
});

test("a text of many members is read in one go", () => {
  const members = Array.from({ length: 400_000 }, () => '"a":1').join(",");
  expect(rawMember(`{${members},"payload":"\\n"}`, "payload")).toBe('"\\n"');
});

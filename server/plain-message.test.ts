import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aboutMembers, plainMessage } from "./plain-message.js";

const ID = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";
const scope = fc.option(fc.dictionary(fc.string(), fc.string(), { minKeys: 1 }), {
  nil: undefined,
});
const frames = fc.record({ payload: fc.jsonValue({ maxDepth: 6 }), scope, at: fc.boolean() });

function message({
  payload,
  scope,
  at,
}: {
  payload: unknown;
  scope: unknown;
  at: boolean;
}): string {
  const timestamp = at ? { timestamp: "2026-03-01T12:00:00.000Z" } : {};
  return JSON.stringify({
    type: "MESSAGE",
    ...timestamp,
    messageId: ID,
    event: "e",
    scope,
    payload,
  });
}

/** What is read agrees with JSON.parse, and nothing is read that JSON.parse refuses. */
function agrees(text: string): boolean {
  const plain = plainMessage(text);
  if (plain === undefined) return false;
  const value = JSON.parse(text) as Record<string, unknown>;
  const { messageId, event, scope, payload } = value;
  expect(plain.messageId).toBe(messageId);
  expect(JSON.parse(`{${aboutMembers(plain.about)}}`)).toEqual({ event, scope });
  expect(JSON.parse(plain.payload)).toEqual(payload);
  expect(value.type).toBe("MESSAGE");
  // What is usual changes nothing but the time that it takes.
  expect(plainMessage(text, plain.about)).toEqual(plain);
  expect(plainMessage(text, '","event":"another","payload":')).toEqual(plain);
  return true;
}

describe("a MESSAGE is read without building its value", () => {
  test("ROUTE-9 whatever it reads, JSON.parse reads alike", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        agrees(message(frame));
      }),
      { numRuns: 500 },
    );
  });

  test("ERR-3 it reads nothing that JSON.parse refuses", () => {
    const piece = fc.constantFrom(
      ...'{}[]",:\\0123-+.eEtfnu \t\n\u0001\u2028é'.split(""),
      '"a":',
      "null",
    );
    fc.assert(
      fc.property(
        frames,
        fc.nat(),
        fc.nat(3),
        fc.array(piece, { maxLength: 4 }),
        (frame, at, cut, put) => {
          const text = message(frame);
          const from = at % text.length;
          agrees(text.slice(0, from) + put.join("") + text.slice(from + cut));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["0", "-0", "1.5e-7", "1E400", "12345678901234567890", "true", "null", '""', "{}", "[]"],
    [
      '"\\u00e9\\n\\"\\\\"',
      '{"a":{"b":[1,"x"]}}',
      '[[["deep"]]]',
      '{"a":1,"a":2}',
      '"🐟"',
      '"\u2028"',
    ],
  ])("it knows payloads as %s", (...payloads) => {
    for (const payload of payloads) {
      const text = `{"type":"MESSAGE","messageId":"${ID}","event":"e","payload":${payload}}`;
      expect(agrees(text)).toBe(true);
      expect(plainMessage(text)?.payload).toBe(payload);
    }
  });

  test.each([
    "01",
    "+1",
    "1.",
    ".5",
    "1e",
    "--1",
    "'a'",
    '"\\x"',
    '"\t"',
    "{,}",
    "[1,]",
    '{"a"}',
    "nul",
    "",
  ])("it leaves %s to others", (payload) => {
    const text = `{"type":"MESSAGE","messageId":"${ID}","event":"e","payload":${payload}}`;
    expect(plainMessage(text)).toBeUndefined();
  });

  test("hostile texts cost no more than their length", () => {
    const start = `{"type":"MESSAGE","messageId":"${ID}","event":"e","payload":`;
    for (const part of ['"', "\\n", "[", "1", '{"a":', '"a",', "1,", "[1,", '{"a":"b",']) {
      for (const open of ["", "[", '["', '{"k":"']) {
        expect(plainMessage(start + open + part.repeat(60_000 / part.length))).toBeUndefined();
      }
    }
  });
});

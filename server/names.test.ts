import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressedUser, canonicalScope, groupName, streamName, userStreamName } from "./names.js";

describe("names", () => {
  test("ROUTE-5 ROUTE-6 the order of members does not matter, the members do", () => {
    const scope = fc.dictionary(
      fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/),
      fc.string({ minLength: 1, maxLength: 8, unit: "binary" }),
      { minKeys: 1, maxKeys: 8 },
    );
    fc.assert(
      fc.property(scope, fc.nat(), (one, shift) => {
        const entries = Object.entries(one);
        const turned = [
          ...entries.slice(shift % entries.length),
          ...entries.slice(0, shift % entries.length),
        ];
        expect(canonicalScope(Object.fromEntries(turned))).toBe(canonicalScope(one));
        expect(JSON.parse(canonicalScope(one))).toEqual(one);
      }),
    );
  });

  test("ROUTE-5 members are sorted by UTF-16 code units, also those that look like indices", () => {
    expect(canonicalScope({ b: "1", a: "2", B: "3" })).toBe('{"B":"3","a":"2","b":"1"}');
    expect(canonicalScope({ "10": "x", "9": "y", a: "z" })).toBe('{"10":"x","9":"y","a":"z"}');
  });

  test("ROUTE-1 the names are canonical JSON", () => {
    expect(streamName("orders", { place: "demo" })).toBe(
      '{"module":"orders","scope":{"place":"demo"}}',
    );
    expect(userStreamName("a")).toBe('{"scope":{"user":"a"}}');
    expect(groupName({ place: "é" })).toBe('{"place":"é"}');
  });

  test("FRAME-16 a name is never longer than 256 characters, and different scopes have different names", () => {
    const long = (end: string): Record<string, string> => ({
      a: "x".repeat(128),
      b: "y".repeat(127) + end,
    });
    expect(groupName(long("1"))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(groupName(long("1"))).not.toBe(groupName(long("2")));
    expect(streamName("m", { a: "x".repeat(128) }).length).toBeLessThanOrEqual(256);
  });

  test("ROUTE-7 only a scope with user alone addresses a user", () => {
    expect(addressedUser({ user: "a" })).toBe("a");
    expect(addressedUser({ user: "a", place: "b" })).toBeUndefined();
    expect(addressedUser({ place: "b" })).toBeUndefined();
  });
});

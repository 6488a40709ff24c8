import { expect, test, vi } from "vitest";
import { silentLogger } from "./logger.js";
import { UnknownTypes } from "./unknown-types.js";

function noting(): { readonly types: UnknownTypes; readonly named: () => unknown[] } {
  const warn = vi.fn();
  const types = new UnknownTypes({ ...silentLogger, warn });
  return {
    types,
    named: () => warn.mock.calls.map(([about]) => (about as { type?: string }).type),
  };
}

test("an unknown type is told once a minute", () => {
  const { types, named } = noting();
  for (let ms = 0; ms < 180_000; ms += 1_000) {
    types.note("SUBSCRIBE", ms);
    types.note("QUERY", ms);
  }
  expect(named()).toEqual(["SUBSCRIBE", "QUERY", "SUBSCRIBE", "QUERY", "SUBSCRIBE", "QUERY"]);
});

test("a peer that makes up names fills no log", () => {
  const { types, named } = noting();
  for (let count = 0; count < 100_000; count += 1) types.note(`TYPE_${count}`, count / 2_000);
  expect(named().length).toBe(51);
  types.note("TYPE_1", 60_000);
  expect(named().at(-1)).toBe("TYPE_1");
});

test("AUTH-20 what is not written like a type is not shown", () => {
  const { types, named } = noting();
  for (const type of ["eyJhbGciOi.J9", "a\nb", "", "x".repeat(9_999), "Ä"]) types.note(type, 0);
  expect(named()).toEqual(["(no name of a type)"]);
});

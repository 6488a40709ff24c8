import { expect, test } from "vitest";
import { Returns } from "./returns.js";

test("a return is told once, by the code of the last end", () => {
  const returns = new Returns(10);
  expect(returns.came("ana", "phone")).toBeUndefined();
  returns.ended("ana", "phone", 1006);
  returns.ended("ana", "phone", 4000);
  returns.ended("ana", undefined, 1001);
  expect(returns.came("ana", undefined)).toBeUndefined();
  expect(returns.came("bob", "phone")).toBeUndefined();
  expect(returns.came("ana", "phone")).toBe(4000);
  expect(returns.came("ana", "phone")).toBeUndefined();
});

test("the devices that are longest away are forgotten first", () => {
  const returns = new Returns(2);
  for (const device of ["a", "b", "a", "c"]) returns.ended("ana", device, 1006);
  expect(["a", "b", "c"].map((device) => returns.came("ana", device))).toEqual([
    1006,
    undefined,
    1006,
  ]);
});

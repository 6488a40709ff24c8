import { expect, test } from "vitest";
import * as server from "./index.js";

test("the public names are these", () => {
  expect(Object.keys(server).sort()).toEqual([
    "ApplicationAway",
    "UsageError",
    "VirtualClock",
    "createServer",
    "memoryStore",
    "systemClock",
  ]);
});

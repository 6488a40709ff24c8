import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { fileFault, programFault } from "./platform-fault.js";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("what the platform says, in words for people", () => {
  it("a file that is not there, and a folder in its place", () => {
    expect(fileFault(thrownBy(() => readFileSync("/none/x.yaml")))).toBe("there is no such file");
    expect(fileFault(thrownBy(() => readFileSync("/")))).toBe("it is a folder");
  });

  it("a parser's first line, without the place in the file, where a secret may stand", () => {
    const fault = fileFault(thrownBy(() => parse("apiKey: [planted-secret\n") as unknown));
    expect(fault).toMatch(/at line 2, column 1$/u);
    expect(fault).not.toContain("planted-secret");
  });

  it("a program that is not there", () => {
    expect(programFault(Object.assign(new Error("spawn x ENOENT"), { code: "ENOENT" }))).toBe(
      "there is no such program",
    );
  });
});

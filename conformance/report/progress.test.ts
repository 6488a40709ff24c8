import { afterEach, describe, expect, it, vi } from "vitest";

import type { Case } from "../cases/case.js";
import { progress, type Screen } from "./progress.js";
import { failedCase, passedCase } from "./sample.test-support.js";

class Paper implements Screen {
  text = "";
  constructor(
    readonly isTTY: boolean,
    readonly columns = 60,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

const LINE = "pass         a/one  STREAM-6  (12 ms)\n";
const cases = [
  passedCase("a/one"),
  failedCase("a/two", {}),
  failedCase("a/three", {}, { verdict: "n/a" }),
];

function shown(out: Paper | undefined, err: Paper): void {
  const told = progress(cases.length, out, err);
  for (const each of cases) {
    told.onStart({ id: each.id } as Case);
    told.onResult(each);
  }
  told.end();
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("progress", () => {
  it("in a pipe is one plain line a case, and nothing else", () => {
    const [out, err] = [new Paper(false), new Paper(false)];
    shown(out, err);
    expect(out.text.split("\n")).toHaveLength(4);
    expect(out.text.startsWith(LINE)).toBe(true);
    expect(out.text).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(err.text).toBe("");
  });

  it("on a terminal is a moving line, and for good only what did not pass", () => {
    vi.stubEnv("NO_COLOR", "1");
    const [out, err] = [new Paper(true), new Paper(true)];
    shown(out, err);
    expect(out.text).toBe("fail         a/two  STREAM-6  (12 ms)\n");
    expect(err.text).toContain("░ 0/3  a/one");
    expect(err.text).toContain(" 2/3  1 not passed  a/three");
    expect(err.text.endsWith("\r\u001b[K")).toBe(true);
  });

  it("colours the verdict on a terminal, unless NO_COLOR asks for none", () => {
    vi.stubEnv("NO_COLOR", "");
    vi.stubEnv("TERM", "xterm");
    const out = new Paper(true);
    shown(out, new Paper(true));
    expect(out.text).toBe("\u001b[31mfail\u001b[39m         a/two  STREAM-6  (12 ms)\n");
  });

  it("keeps the moving line within the terminal", () => {
    const err = new Paper(true, 30);
    shown(new Paper(true), err);
    for (const line of err.text.split("\r\u001b[K")) expect(line.length).toBeLessThan(30);
  });

  it("takes a terminal that does not know its width for an ordinary one", () => {
    const err = new Paper(true, 0);
    shown(new Paper(true), err);
    expect(err.text).toContain("2/3  1 not passed  a/three");
  });

  it("with --json leaves standard output alone", () => {
    const err = new Paper(true);
    shown(undefined, err);
    expect(err.text).toContain("1/3");
  });
});

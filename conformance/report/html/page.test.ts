import { describe, expect, it } from "vitest";

import { loadContract } from "../../contract.js";
import { hostileRun, hugeRun } from "../hostile.test-support.js";
import { failedCase, passedCase, runOf } from "../sample.test-support.js";
import { reportPage } from "./page.js";

const { requirements } = loadContract();
const sentence = requirements.get("STREAM-6")?.sentence ?? "?";

describe("report.html", () => {
  it("tells the requirements before the failures, with the sentence, the verdict and the cases", () => {
    const page = reportPage(
      runOf([
        passedCase("stream/fine", { requirements: ["STREAM-7"] }),
        failedCase("stream/bad", {}),
      ]),
      1,
      requirements,
    );
    expect(page.indexOf('id="requirements"')).toBeLessThan(page.indexOf('id="failures"'));
    const row = page.slice(page.indexOf('id="STREAM-6"'), page.indexOf('id="STREAM-7"'));
    expect(row).toContain(sentence.replaceAll("'", "&#39;"));
    expect(row).toContain("broken");
    expect(row).toContain('href="#case-stream.bad"');
    expect(page).toContain('id="case-stream.bad"');
    expect(page).toContain("This client breaks the contract.");
  });

  it("says nothing of failures where there are none", () => {
    const page = reportPage(runOf([passedCase("stream/fine")]), 0, requirements);
    expect(page).toContain("This client keeps what this run judged of the contract.");
    expect(page).not.toContain('id="failures"');
  });

  it("holds no script, no handler and no address of its own, whatever the testee says", () => {
    const page = reportPage(hostileRun(), 1, requirements);
    expect(page).not.toMatch(/<script|<img|<svg|<iframe|<h1>owned/iu);
    expect(page.match(/<[a-z][^>]*\son\w+\s*=/giu)).toBeNull();
    expect(page.match(/\b(?:src|href)="(?!#)[^"]*"/giu)).toBeNull();
    expect(page).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
    expect(page).toContain("⟨U+202E⟩gnirts desrever");
  });

  it("stays small, however much there is to tell, and says that it left something out", () => {
    const page = reportPage(hugeRun(), 1, requirements);
    expect(page.length).toBeLessThan(4_000_000);
    expect(page).toContain("Some are told in short");
    expect(page).toContain('id="case-stream.huge-119"');
  });
});

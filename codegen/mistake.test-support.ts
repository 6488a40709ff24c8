import { join } from "node:path";

import { expect, test } from "vitest";

import { ContractCopy } from "./contract-copy.test-support.js";
import { readContract } from "./contract.js";
import { ContractError } from "./problem.js";
import type { Problem } from "./problem.js";

/** One small edit that makes the contract wrong, and the one line that must say so. */
export interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Lines between the beginning of the edit and the place that is named. */
  readonly below?: number;
  /** The place that is named, where it is not near the edit: the last occurrence of a text. */
  readonly at?: { readonly file: string; readonly text: string };
  readonly message: RegExp;
  readonly advice: RegExp;
}

/** Tests that each mistake stops generation with file, line and what to write instead. */
export function testMistakes(mistakes: readonly Mistake[]): void {
  test.each(mistakes)("$title", ({ file, from, to, below = 0, at, message, advice }) => {
    using copy = new ContractCopy();
    const edited = copy.edit(file, from, to);
    const problems = problemsOf(copy);
    const found = problems.find((problem) => message.test(problem.message));
    expect(found, problems.map((problem) => problem.message).join("\n")).toMatchObject({
      file: join(copy.folder, at?.file ?? file),
      line: at === undefined ? edited + below : copy.lineOf(at.file, at.text),
      advice: expect.stringMatching(advice) as string,
    });
    expect(found?.column).toBeGreaterThan(0);
  });
}

/** What the loader throws for a contract that is wrong. */
export function errorOf(copy: ContractCopy): ContractError {
  try {
    readContract(copy.document);
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error("the contract was accepted");
}

/** The problems of a contract that is wrong. */
export function problemsOf(copy: ContractCopy): readonly Problem[] {
  return errorOf(copy).problems;
}

// A list of cases that are known to fail, each with a reason. It may never hide more than it says.

import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { isObject } from "../json.js";
import { UsageError } from "../usage-error.js";
import type { CaseResult } from "./verdict.js";

export interface KnownFailing {
  readonly case: string;
  readonly reason: string;
  readonly issue?: string;
}

export function readKnownFailing(path: string): readonly KnownFailing[] {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(
      `cannot read --known-failing ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const list: unknown[] = Array.isArray(content) ? content : [content];
  return list.map((each) => {
    if (isObject(each) && typeof each.case === "string" && typeof each.reason === "string") {
      return each as unknown as KnownFailing;
    }
    throw new UsageError(`${path}: each entry needs a case and a reason`);
  });
}

/** Entries that match no case that ran, or whose case now passes. */
export function staleEntries(
  entries: readonly KnownFailing[],
  results: readonly CaseResult[],
): readonly string[] {
  return entries.flatMap((entry) => {
    const result = results.find((each) => each.id === entry.case);
    if (!result) return [`${entry.case}: no such case ran`];
    return result.verdict === "pass" ? [`${entry.case}: passes now, remove it from the list`] : [];
  });
}

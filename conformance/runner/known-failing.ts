// A list of cases that are known to fail, each with a reason. It may never hide more than it says.

import { readFileSync } from "node:fs";

import { parse } from "yaml";

import type { Case } from "../cases/case.js";
import { isObject } from "../json.js";
import { fileFault } from "../platform-fault.js";
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
    throw new UsageError(`cannot read --known-failing ${path}: ${fileFault(error)}`);
  }
  const list: unknown[] = Array.isArray(content) ? content : [content];
  return list.map((each) => {
    if (isObject(each) && typeof each.case === "string" && typeof each.reason === "string") {
      return each as unknown as KnownFailing;
    }
    throw new UsageError(`${path}: each entry needs a case and a reason`);
  });
}

/**
 * Entries that name no case of the suite, and those whose case passed in every round. An entry whose case
 * was not chosen this time is nobody's fault.
 */
export function staleEntries(
  entries: readonly KnownFailing[],
  results: readonly CaseResult[],
  suite: readonly Case[],
): readonly string[] {
  return entries.flatMap((entry) => {
    if (!suite.some((each) => each.id === entry.case)) return [`${entry.case}: no such case`];
    const own = results.filter((each) => each.id === entry.case);
    return own.length > 0 && own.every((each) => each.verdict === "pass")
      ? [`${entry.case}: passes now, remove it from the list`]
      : [];
  });
}

// The close code table of spec/policy.yaml, as far as the suite must know whether a client will be back.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { isObject, member, numberOr } from "../json.js";
import { packageRoot } from "../package-root.js";

interface Row {
  readonly from: number;
  readonly to: number;
  readonly reconnect: unknown;
}

let rows: readonly Row[] | undefined;

function listed(policy: unknown, name: string): readonly unknown[] {
  const list = member(policy, name);
  if (!Array.isArray(list)) throw new Error(`spec/policy.yaml lists no ${name}`);
  return list as unknown[];
}

function read(): readonly Row[] {
  const policy: unknown = parse(readFileSync(join(packageRoot(), "spec", "policy.yaml"), "utf8"));
  const codes = listed(policy, "closeCodes").map((row) => {
    const code = numberOr(member(row, "code"), 0);
    return { from: code, to: code, reconnect: member(row, "reconnect") };
  });
  const ranges = listed(policy, "closeCodeRanges").filter(isObject);
  return [
    ...codes,
    ...ranges.map(({ from, to, reconnect }) => ({
      from: numberOr(from, 0),
      to: numberOr(to, 0),
      reconnect,
    })),
  ];
}

/** Whether a client that did not ask for the end dials again after this code. */
export function comesBack(code: number, hasToken: boolean): boolean {
  rows ??= read();
  const rule = rows.find(({ from, to }) => from <= code && code <= to)?.reconnect;
  if (rule === "token" || rule === "fresh_token_once") return hasToken;
  return rule !== "stop";
}

// MUSTs for which the bank has no mutant, each with the reason.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { member } from "../json.js";
import { packageRoot } from "../package-root.js";
import { EditError } from "./bank.js";

/** Requirement id to reason. */
export function withoutMutant(): ReadonlyMap<string, string> {
  const file = join(packageRoot(), "conformance", "mutants", "without.yaml");
  const content: unknown = parse(readFileSync(file, "utf8"));
  const rows: readonly unknown[] = Array.isArray(content) ? content : [];
  return new Map(
    rows.map((row) => {
      const id = member(row, "requirement");
      const reason = member(row, "reason");
      if (typeof id !== "string" || typeof reason !== "string" || reason.length < 20) {
        throw new EditError(
          "conformance/mutants/without.yaml: each entry has a requirement and a reason of a sentence",
        );
      }
      return [id, reason];
    }),
  );
}

// conformance/power.md: which faults the suite catches, by which checks, and what it lets pass.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadContract, type Requirement } from "../contract.js";
import { packageRoot } from "../package-root.js";
import { mutants, variants, type Edit } from "./bank.js";
import type { PowerRecord } from "./record.js";
import { withoutMutant } from "./without.js";

/** MUSTs that can be observed from outside, and so need a mutant or a reason. */
export function observableMusts(
  requirements: ReadonlyMap<string, Requirement> = loadContract().requirements,
): readonly Requirement[] {
  return [...requirements.values()].filter(
    ({ level, observable }) => level.startsWith("MUST") && observable !== "review",
  );
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** The cases that killed a mutant on a check that cites the requirement. */
function killers(record: PowerRecord, edit: Edit, requirement: string): readonly string[] {
  const failing = record.mutants[edit.name]?.failing ?? [];
  return failing
    .filter(({ cites }) => cites.includes(requirement))
    .map((each) => (each.monitor === undefined ? each.case : `${each.case} (${each.monitor})`));
}

const SHOWN = 4;

function shortened(names: readonly string[]): string {
  if (names.length === 0) return "not measured";
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function mutantRows(record: PowerRecord, bank: readonly Edit[]): readonly string[] {
  return observableMusts().flatMap(({ id }) =>
    bank
      .filter(({ requirements }) => requirements.includes(id))
      .map((edit) => row(id, edit.name, edit.why, shortened(killers(record, edit, id)))),
  );
}

/** The whole page. */
export function matrixText(record: PowerRecord): string {
  const bank = mutants();
  const legal = variants();
  const without = withoutMutant();
  const musts = observableMusts();
  const covered = musts.filter(({ id }) =>
    bank.some(({ requirements }) => requirements.includes(id)),
  );
  return `# The power of the suite

Made by \`npm run power\`; not edited. A mutant is one fault, planted by a small edit of the reference
client or server, or of a client in another language (\`python/\`, \`go/\`). It counts as killed only by a failing check that cites the requirement it breaks. A
legal variant does what the contract allows and the reference does not do; it has to pass in full.

${bank.length} mutants stand for ${covered.length} of the ${musts.length} MUSTs that can be observed from outside; what
has none says why at the end (${without.size}). ${legal.length} legal variants are accepted.

To see one: \`npx latido conformance client -- node dist/conformance/mutants/testee.js client/no-dedup\`.

## Mutants

${row("requirement", "mutant", "what is wrong", "killed by")}
${row("---", "---", "---", "---")}
${mutantRows(record, bank).join("\n")}

## Legal variants

${row("variant", "what is different", "cases passed")}
${row("---", "---", "---")}
${legal.map(({ name, why }) => row(name, why, String(record.variants[name]?.passed ?? "not measured"))).join("\n")}

## MUSTs without a mutant

${
  without.size === 0
    ? "None."
    : [
        row("requirement", "reason"),
        row("---", "---"),
        ...[...without].map((pair) => row(...pair)),
      ].join("\n")
}
`;
}

export function matrixFile(): string {
  return join(packageRoot(), "conformance", "power.md");
}

export function readMatrix(file: string = matrixFile()): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

export function writeMatrix(record: PowerRecord): void {
  writeFileSync(matrixFile(), matrixText(record));
}

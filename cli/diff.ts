import { existsSync, statSync } from "node:fs";
import { Command } from "commander";
import type { Broken, Change } from "../codegen/compare/change.js";
import { compareContracts } from "../codegen/compare/compare-contracts.js";
import { readContract } from "../codegen/contract.js";
import type { Contract } from "../codegen/model.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

interface DiffFlags {
  readonly json: boolean;
  readonly serversFirst: boolean;
}

const HELP = `
Two pairs of versions can meet, and each line names those that a change breaks:

  old client × new server   breaks clients: those in the field, once the server is updated
  new client × old server   breaks servers: those not yet updated, once a client is

                                     what clients send       what servers send
  narrower (a field required,        old client × new server new client × old server
   a bound tightened, a value gone)
  wider (a required field dropped,   new client × old server old client × new server
   a bound loosened, a value added)

A pattern that changed counts as both. Optional fields of an open object and known values of an open enum break
nobody. The application that publishes events counts as part of its server.

Exit codes: 0 no break, 1 a break, 2 wrong use or a wrong contract (a line for each problem).`;

/** `latido diff`: what changed between two contracts, and which peers it breaks. */
export function diffCommand(terminal: Terminal): Command {
  return new Command("diff")
    .description("say what changed between two contracts and whom it breaks")
    .argument("<old>", "the AsyncAPI document as deployed")
    .argument("<new>", "the AsyncAPI document as it shall be")
    .option(
      "--servers-first",
      "every server is updated before its clients: end 0 if only servers break",
      false,
    )
    .option("--json", "one JSON object instead of text", false)
    .addHelpText("after", HELP)
    .action((old: string, now: string, flags: DiffFlags) => {
      diff(old, now, flags, terminal);
    });
}

function diff(oldFile: string, newFile: string, flags: DiffFlags, terminal: Terminal): void {
  const [old, now] = [contractAt(oldFile), contractAt(newFile)];
  const changes = compareContracts(old, now);
  const broken = (["clients", "servers"] as const).filter((side) => count(changes, side) > 0);
  const counted = broken.filter((side) => side === "clients" || !flags.serversFirst);
  if (counted.length > 0) process.exitCode = 1;
  terminal.out(
    flags.json
      ? `${JSON.stringify({ old: { file: oldFile, ...label(old) }, new: { file: newFile, ...label(now) }, breaks: broken, changes }, null, 2)}\n`
      : textOf(changes),
  );
}

function contractAt(file: string): Contract {
  if (!existsSync(file)) {
    throw new UsageError(`the contract ${file} is missing; name an AsyncAPI document`);
  }
  if (!statSync(file).isFile()) {
    throw new UsageError(`the contract ${file} is not a file; name an AsyncAPI document`);
  }
  return readContract(file).contract;
}

function label({ title, version, application }: Contract): { title: string; version: string } {
  return {
    title: application?.title ?? title,
    version: application?.version ?? version,
  };
}

function textOf(changes: readonly Change[]): string {
  if (changes.length === 0) return "nothing changed\n";
  // What breaks most stands first; the order of the contract otherwise.
  const sorted = [...changes].sort((a, b) => weight(b) - weight(a));
  return `${sorted.map(lineOf).join("\n")}\n${summary(changes)}\n`;
}

function weight({ breaks }: Change): number {
  const sides = breaks.map((each) => each.breaks);
  return (sides.includes("clients") ? 2 : 0) + (sides.includes("servers") ? 1 : 0);
}

const WHOM = ["breaks nobody", "breaks servers", "breaks clients", "breaks both"] as const;

function lineOf(change: Change): string {
  const whom = (WHOM[weight(change)] ?? "").padEnd(14);
  const head = `${whom}  ${change.subject}: ${change.change}${placeOf(change)}`;
  const why =
    change.breaks.length === 0
      ? change.note
      : change.breaks.map(({ pair, why }) => `${pair}: ${why}`).join("; ");
  return why === undefined ? head : `${head} — ${why}`;
}

function placeOf({ in: roots = [] }: Change): string {
  if (roots.length === 0) return "";
  const shown = roots.slice(0, 3).join(", ");
  return ` (in ${shown}${roots.length > 3 ? ` and ${String(roots.length - 3)} more` : ""})`;
}

function summary(changes: readonly Change[]): string {
  const nobody = changes.filter(({ breaks }) => breaks.length === 0).length;
  const noun = changes.length === 1 ? "change" : "changes";
  const [clients, servers] = [count(changes, "clients"), count(changes, "servers")];
  return `${String(changes.length)} ${noun}: ${String(clients)} break clients, ${String(servers)} break servers, ${String(nobody)} break nobody`;
}

function count(changes: readonly Change[], side: Broken): number {
  return changes.filter(({ breaks }) => breaks.some((each) => each.breaks === side)).length;
}

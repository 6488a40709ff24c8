import { readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../codegen/package-root.js";
import { lockedPackages } from "./tarball.js";
import type { Tarball } from "./tarball.js";

/** What the README says of the package. */
export interface PackageFacts {
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly files: number;
  /** Packages that it names itself, and all that come with them. */
  readonly dependencies: number;
  readonly packages: number;
  /** Of `npm install` into an empty folder. */
  readonly installSeconds: number;
}

const BEGIN = "<!-- npm run package:facts -- --write -->";
const END = "<!-- end of package:facts -->";

/** How far size and counts may stray before the README must be written again, as a share of what it says. */
const TOLERANCE = 0.1;

/** Facts of a packed package; the time is measured by the caller. */
export function factsOf(tarball: Tarball, installSeconds: number): PackageFacts {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    readonly dependencies: object;
  };
  return {
    bytes: tarball.bytes,
    unpackedBytes: tarball.unpackedBytes,
    files: tarball.files.length,
    dependencies: Object.keys(manifest.dependencies).length,
    packages: lockedPackages().length,
    installSeconds,
  };
}

/** The README with these facts in its marked block. */
export function writeFacts(readme: string, facts: PackageFacts): string {
  const [before, , after] = split(readme);
  return `${before}${BEGIN}\n\n${factsTable(facts)}\n\n${END}${after}`;
}

/** What the README says that is more than a tenth off; nothing about the time, which is another each day. */
export function staleFacts(readme: string, facts: PackageFacts): readonly string[] {
  const [, block] = split(readme);
  return rows(facts).flatMap(([name, value, text]) => {
    if (name === "installSeconds") return [];
    const found = new RegExp(`^\\| ${text} +\\| ([0-9.]+)`, "mu").exec(block)?.[1];
    const told = Number(found ?? Number.NaN);
    if (Math.abs(told - value) <= TOLERANCE * told) return [];
    return [`README says ${found ?? "nothing"} where it is ${String(value)}: ${text}`];
  });
}

function factsTable(facts: PackageFacts): string {
  const lines = rows(facts).map(([, value, text, unit]) => [text, `${String(value)}${unit}`]);
  const all = [["the package", ""], ["", ""], ...lines];
  const widths = [0, 1].map((column) =>
    Math.max(3, ...all.map((line) => line[column]?.length ?? 0)),
  );
  return all
    .map((line, index) => {
      const cells = widths.map((width, column) =>
        index === 1 ? "-".repeat(width) : (line[column] ?? "").padEnd(width),
      );
      return `| ${cells.join(" | ")} |`;
    })
    .join("\n");
}

function rows(
  facts: PackageFacts,
): readonly (readonly [keyof PackageFacts, number, string, string])[] {
  return [
    ["bytes", megabytes(facts.bytes), "packed", " MB"],
    ["unpackedBytes", megabytes(facts.unpackedBytes), "unpacked", " MB"],
    ["files", facts.files, "files", ""],
    ["dependencies", facts.dependencies, "packages that it depends on", ""],
    ["packages", facts.packages, "packages that come with it", ""],
    ["installSeconds", facts.installSeconds, "`npm install` of it into an empty folder", " s"],
  ];
}

function megabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(2));
}

function split(readme: string): readonly [before: string, block: string, after: string] {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from === -1 || to < from) {
    throw new Error(`README.md needs the lines ${BEGIN} and ${END} where the facts belong`);
  }
  return [
    readme.slice(0, from),
    readme.slice(from + BEGIN.length, to),
    readme.slice(to + END.length),
  ];
}

// Judges what this repository generates and serves, so that the matrix shows what was measured.

import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../codegen/package-root.js";
import { LANGUAGES, type Language } from "../conformance/polyglot/languages.js";

export interface Measured {
  /** results.json of each run. */
  readonly results: readonly string[];
  /** One line for each column that stays without a run. */
  readonly missing: readonly string[];
}

export interface MeasureOptions {
  /** Where the reports go; what is there is replaced. */
  readonly folder: string;
  /** Hears the name of each run that begins. */
  readonly onStart: (name: string) => void;
  /** Whose clients are judged; default: all. */
  readonly languages?: readonly Language[];
  /** Flags of every run beside its own; the tests choose cases. */
  readonly flags?: readonly string[];
}

const SERVER = ["bin/latido.js", "serve", "--json", "--port", "0", "--config", "{settings}"];

/**
 * Runs the driven tier against each client and the server tier against the server, one after the other.
 * It takes about two minutes on two cores.
 *
 * @throws Error with the words of a run that ends without results.
 */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const { folder, onStart, languages = LANGUAGES, flags = [] } = options;
  const results: string[] = [];
  const missing: string[] = [];
  for (const language of languages) {
    const found = await language.find();
    if ("missing" in found) {
      missing.push(`${found.language} is not judged: this machine lacks ${found.missing}`);
      continue;
    }
    onStart(found.language);
    results.push(await judge("client", join(folder, found.language), found.command, flags));
  }
  onStart("server");
  const server = [process.execPath, ...SERVER];
  results.push(await judge("server", join(folder, "server"), server, flags));
  return { results, missing };
}

/**
 * A run that finds something broken has results like any other.
 * @returns the path of results.json
 */
export async function judge(
  role: "client" | "server",
  reports: string,
  command: readonly string[],
  flags: readonly string[] = [],
): Promise<string> {
  rmSync(reports, { recursive: true, force: true });
  const program = ["bin/latido.js", "conformance", role, "--jobs", "2", "--out", reports];
  const child = spawn(process.execPath, [...program, ...flags, "--", ...command], {
    cwd: packageRoot(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const results = join(reports, "results.json");
  if (!existsSync(results)) throw new Error(said.trim());
  return results;
}

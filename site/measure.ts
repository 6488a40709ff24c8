// Judges what this repository generates and serves, so that the matrix shows what was measured.

import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../codegen/package-root.js";
import { LANGUAGES } from "../conformance/polyglot/languages.js";

export interface Measured {
  /** results.json of each run. */
  readonly results: readonly string[];
  /** One line for each column that stays without a run. */
  readonly missing: readonly string[];
}

const SERVER = ["bin/latido.js", "serve", "--json", "--port", "0", "--config", "{settings}"];

/**
 * Runs the driven tier against each client and the server tier against the server, one after the other.
 * It takes about two minutes on two cores.
 *
 * @param folder Where the reports go; what is there is replaced.
 * @param onStart Hears the name of each run that begins.
 * @throws Error with the words of a run that ends without results.
 */
export async function measure(folder: string, onStart: (name: string) => void): Promise<Measured> {
  const results: string[] = [];
  const missing: string[] = [];
  for (const language of LANGUAGES) {
    const found = await language.find();
    if ("missing" in found) {
      missing.push(`${found.language} is not judged: this machine lacks ${found.missing}`);
      continue;
    }
    onStart(found.language);
    results.push(await judge("client", join(folder, found.language), found.command));
  }
  onStart("server");
  results.push(await judge("server", join(folder, "server"), [process.execPath, ...SERVER]));
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
): Promise<string> {
  rmSync(reports, { recursive: true, force: true });
  const args = ["bin/latido.js", "conformance", role, "--jobs", "2", "--out", reports, "--"];
  const child = spawn(process.execPath, [...args, ...command], {
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

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { packageRoot } from "../package-root.js";
import type { Problem } from "../problem.js";

/** What is used of a result of `spectral lint --format json`. */
interface Result {
  readonly code: string;
  readonly message: string;
  readonly source: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** What Spectral finds in a contract with the project's own rules; warnings count. */
export async function askSpectral(contract: string): Promise<readonly Problem[]> {
  const require = createRequire(import.meta.url);
  const command = join(
    dirname(require.resolve("@stoplight/spectral-cli/package.json")),
    "dist/index.js",
  );
  const ruleset = join(packageRoot(), ".spectral.yaml");
  const args = ["lint", contract, "--ruleset", ruleset, "--format", "json", "--quiet"];
  const { output, fault } = await run([command, ...args, "--fail-severity", "warn"]);
  const results = parse(output);
  if (results === undefined) throw new Error(`Spectral gave no results: ${fault}`);
  return results.map(({ code, message, source, range: { start } }) => ({
    file: source,
    line: start.line + 1,
    column: start.character + 1,
    message: message.includes("; ") ? message.slice(0, message.lastIndexOf("; ")) : message,
    advice: message.includes("; ")
      ? message.slice(message.lastIndexOf("; ") + 2)
      : `keep the rule ${code}`,
  }));
}

function run(
  args: readonly string[],
): Promise<{ readonly output: string; readonly fault: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (_, output, fault) => {
      resolve({ output, fault });
    });
  });
}

/** Spectral adds a sentence for people after the list when it is not quiet. */
function parse(output: string): readonly Result[] | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf("["), output.lastIndexOf("]") + 1)) as Result[];
  } catch {
    return undefined;
  }
}

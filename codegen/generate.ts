import { join } from "node:path";

import { EXIT, readFlags, runCommand } from "./command-line.js";
import { generatePackage } from "./generate-package.js";
import { LANGUAGE_NAMES } from "./languages.js";
import { packageRoot } from "./package-root.js";
import type { PackageNames } from "./package-names.js";
import { renderWithAsyncApi } from "./render-asyncapi.js";
import type { Drift } from "./tree.js";

const HELP = `Generate the packages of the contract with the AsyncAPI Generator.

Usage: npm run generate -- [flags]

  --check             write nothing; exit 1 when a file would change, naming each
  --language NAME     only this language (${LANGUAGE_NAMES.join(", ")}); default: all
  --contract FILE     the AsyncAPI document; default: asyncapi.yaml
  --package NAME      name of the package where it is published; default: the generator's own
  --module NAME       name of a Python package in import statements, or import path of a Go module
  --output FOLDER     folder for the languages' folders; default: generated
  --help              show this

Exit codes: 0 done, 1 drift, 2 wrong use or a wrong contract (a line for each problem).
`;

const FLAGS = {
  check: { type: "boolean" },
  language: { type: "string" },
  contract: { type: "string" },
  package: { type: "string" },
  module: { type: "string" },
  output: { type: "string" },
  help: { type: "boolean" },
} as const;

/** Committed clients of the examples' own contracts, which hold the runtime of the language as well. */
const EXAMPLES = ["storefront", "restaurant"].map((name) => ({
  contract: join(packageRoot(), "examples", name, "events.yaml"),
  language: "typescript",
  output: join(packageRoot(), "examples", name, "client"),
}));

/** `npm run generate`: gives the exit code. */
export async function generate(args: readonly string[]): Promise<number> {
  const flags = readFlags(args, FLAGS);
  if (flags.help === true) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const check = flags.check === true;
  const contract = String(flags.contract ?? join(packageRoot(), "asyncapi.yaml"));
  const folder = String(flags.output ?? join(packageRoot(), "generated"));
  const languages = flags.language === undefined ? LANGUAGE_NAMES : [String(flags.language)];
  const names: PackageNames = {
    ...(flags.package === undefined ? {} : { package: String(flags.package) }),
    ...(flags.module === undefined ? {} : { module: String(flags.module) }),
  };
  let drifted = false;
  for (const language of languages) {
    const output = join(folder, language);
    progress(`${language}: reading ${contract}`);
    const render = () => renderWithAsyncApi(contract, language);
    const result = await generatePackage({ contract, language, output, check, names, render });
    report(output, result.drifts, check);
    progress(`${language}: ${result.files} files, ${result.drifts.length} changed`);
    drifted ||= result.drifts.length > 0;
  }
  if (flags.contract === undefined && flags.output === undefined) {
    for (const { contract, language, output } of EXAMPLES) {
      if (!languages.includes(language)) continue;
      const result = await generatePackage({ contract, language, output, check, names: {} });
      report(output, result.drifts, check);
      drifted ||= result.drifts.length > 0;
    }
  }
  if (!check || !drifted) return EXIT.fine;
  process.stderr.write("generated files differ from the contract: run npm run generate\n");
  return EXIT.wrong;
}

function report(output: string, drifts: readonly Drift[], check: boolean): void {
  for (const { path, kind } of drifts) {
    if (check) process.stderr.write(`${kind}: ${join(output, path)}\n`);
    else progress(`${kind === "stale" ? "deleted" : "wrote"} ${join(output, path)}`);
  }
}

/** Progress is for people who watch; logs get only results. */
function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${line}\n`);
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  await runCommand("generate", () => generate(process.argv.slice(2)));
}

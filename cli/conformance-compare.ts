import { Command } from "commander";

import { compareResults, comparisonText, readResults } from "../conformance/index.js";

const HELP = `
A case is fixed, broken, still failing, new, new failing, gone, lost (judged before, not now), regained,
unjudged or the same. B is worse when a case is broken, new failing or lost, or when its run ended worse.

Exit codes: 0 B is not worse than A, 1 it is, 2 wrong use.`;

/** `latido conformance compare`: two runs side by side. */
export function compareCommand(): Command {
  return new Command("compare")
    .description("tell two runs apart: what was fixed, what broke, what is new or gone")
    .argument("<A>", "results.json of the earlier run")
    .argument("<B>", "results.json of the later run")
    .option("--json", "print one JSON object instead of text")
    .addHelpText("after", HELP)
    .action((a: string, b: string, flags: { readonly json?: boolean }) => {
      const [first, second] = [readResults(a), readResults(b)];
      const comparison = compareResults(first, second);
      const text = flags.json
        ? JSON.stringify(comparison, undefined, 2)
        : comparisonText(first, second, comparison);
      process.stdout.write(`${text}\n`);
      process.exitCode = comparison.isWorse ? 1 : 0;
    });
}

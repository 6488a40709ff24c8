import { CommandFailure } from "./shell.js";
import type { Shell } from "./shell.js";
import type { Step, Toolchain } from "./toolchain.js";

/** How a step ended. */
export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
  /** What a failed step wrote. */
  readonly output?: string;
}

/** How a language ended: its steps, or why there are none. */
export interface LanguageResult {
  readonly language: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Version of the program found. */
  readonly version?: string;
  /** What is missing, where nothing was found. */
  readonly missing?: string;
  readonly steps: readonly StepResult[];
}

export interface RunLanguagesOptions {
  readonly toolchains: readonly Toolchain[];
  readonly shell: Shell;
  /** Whether a missing toolchain fails, as it does where everything must be checked. */
  readonly mustHaveAll: boolean;
  readonly onStep?: (language: string, step: StepResult) => void;
}

/** Runs every step of every language whose toolchain is present, one language after the other. */
export async function runLanguages(
  options: RunLanguagesOptions,
): Promise<readonly LanguageResult[]> {
  const results: LanguageResult[] = [];
  for (const toolchain of options.toolchains) results.push(await runLanguage(toolchain, options));
  return results;
}

async function runLanguage(
  toolchain: Toolchain,
  { shell, mustHaveAll, onStep }: RunLanguagesOptions,
): Promise<LanguageResult> {
  const { language, wanted } = toolchain;
  const found = await toolchain.find();
  if (found === undefined) {
    return { language, outcome: mustHaveAll ? "failed" : "skipped", missing: wanted, steps: [] };
  }
  const steps: StepResult[] = [];
  for (const step of toolchain.steps(found)) {
    const result = await runStep(step, shell);
    steps.push(result);
    onStep?.(language, result);
    // Without its preparation no other step says anything of the package.
    if (steps.length === 1 && !result.passed) break;
  }
  const outcome = steps.every(({ passed }) => passed) ? "passed" : "failed";
  return { language, outcome, version: found.version, steps };
}

async function runStep(step: Step, shell: Shell): Promise<StepResult> {
  const { name } = step;
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    await step.run(shell);
    return { name, passed: true, tookMs: took() };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const output = [error.message, error.output.trim()].filter((part) => part !== "").join("\n");
    return { name, passed: false, tookMs: took(), output };
  }
}

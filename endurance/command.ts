// What every command of this folder does with its flags, its progress and its verdict.

import { parseArgs } from "node:util";
import { randomSeed } from "../conformance/seeded.js";

/** A flag that takes a whole number, one of several words, or a text that fits what `allowed` says for people. */
export type Flag =
  | { readonly default: number; readonly least: number; readonly most: number }
  | { readonly default: string; readonly oneOf: readonly string[] }
  | { readonly default: string; readonly pattern: RegExp; readonly allowed: string };

export type Flags = Readonly<Record<string, Flag>>;

export type Values<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends { readonly default: number } ? number : string;
};

/** What a run found out: `faults` are sentences for people; none of them means that the bounds were kept. */
export interface Verdict {
  readonly faults: readonly string[];
  /** Figures, as they stand in --json. */
  readonly figures: object;
  /** The same for people. */
  readonly text: string;
}

interface Command<F extends Flags> {
  /** As in `npm run <name>`. */
  readonly name: string;
  readonly help: string;
  readonly flags: F;
  readonly run: (values: Values<F> & { readonly seed: number }) => Promise<Verdict>;
}

/** Someone called a command wrongly; the message says what is allowed. */
export class WrongUse extends Error {}

const SEED = { default: 0, least: 0, most: 4_294_967_295 } as const;

/** Every command has --seed, --json and --help. Ends 0 within the bounds, 1 beyond them, 2 after wrong use. */
export async function runCommand<const F extends Flags>(command: Command<F>): Promise<void> {
  try {
    process.exitCode = await main(command, process.argv.slice(2));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const isParsed = isParseError(error);
    const line = text.split(isParsed ? /\.(?=\s|$)|\n/u : "\n")[0] ?? text;
    const hint = error instanceof WrongUse || isParsed ? "; --help lists the flags" : "";
    process.stderr.write(`${command.name}: ${line}${hint}\n`);
    process.exitCode = 2;
  }
  progress();
}

async function main<F extends Flags>(
  command: Command<F>,
  args: readonly string[],
): Promise<number> {
  const names = [...Object.keys(command.flags), "seed"];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({
    args: [...args],
    options: { ...options, json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(command.help);
    return 0;
  }
  const texts = values as Readonly<Record<string, unknown>>;
  const given = Object.entries({ ...command.flags, seed: SEED }).map(([name, flag]) => {
    const text = texts[name];
    return [name, typeof text === "string" ? read(name, text, flag) : flag.default] as const;
  });
  const seed = texts.seed === undefined ? randomSeed() : undefined;
  const chosen = {
    ...Object.fromEntries(given),
    ...(seed === undefined ? {} : { seed }),
  } as Values<F> & { readonly seed: number };
  const { faults, figures, text } = await command.run(chosen);
  progress();
  const json = JSON.stringify({ seed: chosen.seed, ...figures, faults });
  const lines = [
    `${command.name}, seed ${chosen.seed}`,
    text,
    ...faults.map((each) => `FAULT ${each}`),
  ];
  process.stdout.write(values.json === true ? `${json}\n` : `${lines.join("\n")}\n`);
  return faults.length === 0 ? 0 : 1;
}

function read(name: string, text: string, flag: Flag): number | string {
  if ("oneOf" in flag) {
    if (flag.oneOf.includes(text)) return text;
    throw new WrongUse(`--${name} is ${text}; allowed is ${flag.oneOf.join(", ")}`);
  }
  if ("pattern" in flag) {
    if (flag.pattern.test(text)) return text;
    throw new WrongUse(`--${name} is ${text}; allowed is ${flag.allowed}`);
  }
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= flag.least && value <= flag.most) return value;
  throw new WrongUse(
    `--${name} is ${text}; allowed is a whole number from ${flag.least} to ${flag.most}`,
  );
}

function isParseError(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
}

/** One line that changes, on a terminal only; without a text it is taken away. */
export function progress(text = ""): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

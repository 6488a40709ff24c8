import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../../cli/program.js";
import { packageRoot } from "../../codegen/package-root.js";
import { readPage, type Fence } from "./fences.js";

/** Programs that are not ours: what they take is not checked. */
const FOREIGN = ["cd", "curl", "echo", "git", "go", "grep", "mkdir", "python3"];
/** What npm does by itself, without a script of ours. */
const NPM_OWN = ["ci", "install", "pack"];

/** What is wrong with the commands of a block: one sentence for each fault. */
export async function faultsOfShell(fence: Fence): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const words of commandsOf(fence.code)) {
    const fault = await faultOf(words, fence.page);
    if (fault !== undefined) faults.push(`${words.join(" ")}: ${fault}`);
  }
  return faults;
}

/** The simple commands of a script as words; what a shell would make of words is left as it is. */
export function commandsOf(script: string): readonly (readonly string[])[] {
  return script
    .replaceAll(/\\\n/gu, " ")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/u, ""))
    .flatMap((line) => line.split(/&&|\|\||[;|]/u))
    .map((command) => command.trim().split(/\s+/u).filter(isWord))
    .filter((words) => words.length > 0);
}

/** False for an assignment before a command, for `>` and where it leads is left to the shell. */
function isWord(word: string): boolean {
  return word !== "" && !/^[A-Z_]+=/u.test(word);
}

async function faultOf(words: readonly string[], page: string): Promise<string | undefined> {
  const [program = "", ...args] = words;
  if (FOREIGN.includes(program) || program.startsWith(".venv/bin/")) return undefined;
  if (program === "npm") return npmFault(args);
  if (program === "npx") return npxFault(args);
  if (program === "node") return await nodeFault(args, page);
  return program === "for" || program === "do" || program === "done"
    ? undefined // a loop of bash, whose syntax bash itself checks
    : "no rule knows this program";

  async function npxFault([first = "", ...rest]: readonly string[]): Promise<string | undefined> {
    if (first === "latido") return await latidoFault(rest);
    const installed = existsSync(join(packageRoot(), "node_modules", ".bin", first));
    return installed ? undefined : `the repository has no program ${first}`;
  }
}

function npmFault([verb = "", script = ""]: readonly string[]): string | undefined {
  if (NPM_OWN.includes(verb)) return undefined;
  const name = verb === "run" ? script : verb;
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  const { scripts } = JSON.parse(text) as { readonly scripts: Readonly<Record<string, string>> };
  return Object.hasOwn(scripts, name) ? undefined : `package.json has no script ${name}`;
}

async function nodeFault(
  [file = "", ...rest]: readonly string[],
  page: string,
): Promise<string | undefined> {
  if (file === "bin/latido.js") return await latidoFault(rest);
  const source = file.replace(/^dist\//u, "").replace(/\.js$/u, ".ts");
  if (existsSync(join(packageRoot(), file)) || existsSync(join(packageRoot(), source))) return;
  return readPage(page).includes(`Save this as \`${file}\``) ? undefined : `there is no ${file}`;
}

/** Checks subcommands and flags against what `--help` says; never runs anything. */
export async function latidoFault(args: readonly string[]): Promise<string | undefined> {
  const path: string[] = [];
  let help = await helpOf(path);
  for (const word of args) {
    if (!isSubcommand(help, word)) break;
    path.push(word);
    help = await helpOf(path);
  }
  const name = ["latido", ...path].join(" ");
  const rest = args.slice(path.length);
  if (/^Commands:$/mu.test(help) && rest[0]?.startsWith("-") !== true) {
    return `${name} has no command ${rest[0] ?? "by default"}`;
  }
  const end = rest.indexOf("--");
  const flags = (end === -1 ? rest : rest.slice(0, end)).filter((word) => /^--?[a-z]/u.test(word));
  const unknown = flags.find((flag) => !hasFlag(help, flag));
  return unknown === undefined ? undefined : `${name} has no flag ${unknown}`;
}

async function helpOf(path: readonly string[]): Promise<string> {
  let text = "";
  const terminal = { out: (part: string) => (text += part), err: (part: string) => (text += part) };
  await run([...path, "--help"], terminal);
  return text;
}

function isSubcommand(help: string, word: string): boolean {
  const [, commands = ""] = help.split(/^Commands:$/mu);
  return commands.split("\n").some((line) => line.startsWith(`  ${word} `));
}

function hasFlag(help: string, flag: string): boolean {
  return help
    .split("\n")
    .flatMap((line) => /^ {2}((?:-\w, )?--?[\w-]+)/u.exec(line)?.[1]?.split(", ") ?? [])
    .includes(flag);
}

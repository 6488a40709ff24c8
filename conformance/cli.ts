// What `latido conformance …` does, apart from reading the command line.

import { loadCases } from "./cases/load.js";
import { INTERRUPT_EXITS, onInterrupt, type Interrupt } from "./children.js";
import type { Case, Tier } from "./cases/case.js";
import { loadContract, type Contract } from "./contract.js";
import { testeeAddress, type TesteeFlags } from "./driver/address.js";
import { runDriven } from "./driven/run.js";
import { readSignatures, withLikeness } from "./report/nearest.js";
import { givenSettings, OPEN, profileNamed } from "./profiles/profile.js";
import { readOverlay, varied, type Variation } from "./profiles/variation.js";
import { progress } from "./report/progress.js";
import { prepareReports, resultsOf, writeReports } from "./report/results.js";
import { failureText, summaryText, writtenText } from "./report/text.js";
import { chooseCases } from "./runner/choose.js";
import { readKnownFailing, staleEntries, type KnownFailing } from "./runner/known-failing.js";
import { judge, type RunOnce } from "./runner/judge.js";
import { DEFAULT_HANG_MS } from "./runner/options.js";
import { EXIT, exitCode, type CaseResult, type RunResult } from "./runner/verdict.js";
import { randomSeed } from "./seeded.js";
import { mustBeReachable } from "./server-tier/reachable.js";
import { runServers } from "./server-tier/shares.js";
import { judges, takesSettings, type ServerSubject } from "./server-tier/subject.js";
import type { ServerTarget } from "./server-tier/target.js";
import { commandMint, secretMint } from "./server-tier/tokens.js";
import { UsageError } from "./usage-error.js";

export interface SuiteFlags {
  readonly case?: readonly string[];
  readonly req?: readonly string[];
  readonly seed?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly knownFailing?: string;
  readonly hangMs?: number;
  readonly failFast?: boolean;
  /** Hears of the run; with `json` it takes the place of what is printed. */
  readonly onRun?: (run: RunResult) => void;
  readonly repeat?: number;
  readonly shuffle?: boolean;
  readonly jobs?: number;
}

export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs the chosen cases and reports. Returns the exit code. */
async function judged(
  tier: Tier,
  flags: SuiteFlags,
  repeatTail: readonly string[],
  run: RunOnce,
  takes: (testCase: Case) => boolean = () => true,
): Promise<number> {
  const contract: Contract = loadContract();
  if (flags.out !== undefined) prepareReports(flags.out);
  const known = flags.knownFailing === undefined ? [] : readKnownFailing(flags.knownFailing);
  const choice = { tier, cases: flags.case ?? [], requirements: flags.req ?? [] };
  const all = loadCases();
  const cases = chooseCases(all, choice);
  const taken = cases.filter(takes);
  if (taken.length === 0) {
    throw new UsageError(
      `the chosen cases belong to the profile ${cases[0]?.profile ?? OPEN}; add --profile, or {settings} to the command`,
    );
  }
  const plan = { rounds: flags.repeat ?? 1, shuffle: flags.shuffle === true };
  const seed = flags.seed ?? randomSeed();
  const lines = flags.json === true ? undefined : process.stdout;
  const shown = progress(plan.rounds * taken.length, lines, process.stderr);
  const command = tier === "driven" ? "client" : "server";
  const tail = repeatTail.map(shellWord).join(" ");
  const stop = new AbortController();
  let interruptedBy: Interrupt | undefined;
  const forget = onInterrupt((signal) => {
    interruptedBy = signal;
    stop.abort();
  });
  const options = {
    cases,
    contract,
    seed,
    hangMs: flags.hangMs ?? DEFAULT_HANG_MS,
    jobs: flags.jobs ?? 1,
    signal: stop.signal,
    stopWhen: ({ verdict }: CaseResult) =>
      flags.failFast === true && verdict !== "pass" && verdict !== "n/a",
    repeat: (id: string, ofRound: number) =>
      `latido conformance ${command} --case ${id} --seed ${ofRound} ${tail}`,
    onStart: (testCase: Case) => {
      shown.onStart(testCase);
    },
    onResult: (result: CaseResult) => {
      shown.onResult(result);
    },
  };
  const plain = await judge(options, plan, run);
  forget();
  shown.end();
  const code = concluded(plain, { flags, contract, known, suite: all, command, repeatTail });
  return interruptedBy === undefined ? code : INTERRUPT_EXITS[interruptedBy];
}

export interface Conclusion {
  readonly flags: SuiteFlags;
  readonly contract: Contract;
  readonly known: readonly KnownFailing[];
  /** Every case, chosen or not. */
  readonly suite: readonly Case[];
  readonly command: "client" | "server";
  readonly repeatTail: readonly string[];
}

/** Writes and prints what a run came to, whatever its tier. Returns the exit code. */
export function concluded(plain: RunResult, conclusion: Conclusion): number {
  const { flags, contract, known, suite, command, repeatTail } = conclusion;
  const result: RunResult = {
    ...plain,
    cases: withLikeness(plain.cases, readSignatures()),
    invocation: { command, arguments: repeatTail },
    ...(known.length === 0 ? {} : { knownFailing: known.map((each) => each.case) }),
    staleKnownFailing: staleEntries(known, plain.cases, suite),
  };
  const code = exitCode(result, new Set(known.map((each) => each.case)));
  const traces =
    flags.out === undefined
      ? undefined
      : writeReports(flags.out, result, code, contract.requirements);
  flags.onRun?.(result);
  if (flags.json === true) {
    if (flags.onRun) return code;
    process.stdout.write(`${JSON.stringify(resultsOf(result, code), undefined, 2)}\n`);
    return code;
  }
  for (const each of result.cases) {
    if (each.failure && each.verdict !== "n/a") {
      process.stdout.write(`\n${failureText(each, contract.requirements, traces?.get(each))}\n`);
    }
  }
  process.stdout.write(`\n${summaryText(result, code)}\n`);
  if (flags.out !== undefined) process.stdout.write(`${writtenText(flags.out)}\n`);
  return code;
}

export interface ClientFlags extends SuiteFlags, TesteeFlags {}

/** Judges a client through its adapter. */
export async function judgeClient(command: readonly string[], flags: ClientFlags): Promise<number> {
  const { driver = "stdio", attach } = flags;
  const testee = testeeAddress("client", command, flags);
  const channel = driver === "stdio" ? [] : ["--driver", driver];
  const tail = attach === undefined ? [...channel, "--", ...command] : ["--attach", attach];
  return await judged("driven", flags, tail, (options) =>
    runDriven({ ...options, testee, target: attach ?? command.join(" ") }),
  );
}

export interface ServerFlags extends SuiteFlags {
  readonly publish?: string;
  readonly apiKey?: string;
  readonly tokenSecret?: string;
  readonly tokenCommand?: string;
  readonly event: string;
  readonly profile?: string;
  readonly printProfile?: string;
  /** Tokens in the profiles that have none. */
  readonly auth?: "jwt";
  /** File with settings over those of each profile. */
  readonly settings?: string;
}

function checkedUrl(name: string, text: string, protocols: readonly string[]): string {
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new UsageError(`${name} must begin with ${protocols.join("// or ")}//, not ${text}`);
}

/** How long an address may take to accept a connection before it counts as mistyped. */
const REACH_MS = 10_000;

/** Judges a server by its address, or by a command that prints a ready line. */
export async function judgeServer(
  url: string | undefined,
  command: readonly string[],
  flags: ServerFlags,
): Promise<number> {
  const { profile, printProfile } = flags;
  if (printProfile !== undefined) {
    const settings = givenSettings(varied(profileNamed(printProfile), variationOf(flags)));
    process.stdout.write(`${JSON.stringify(settings, undefined, 2)}\n`);
    return EXIT.conformant;
  }
  if (profile !== undefined) profileNamed(profile);
  const subject = serverSubject(url, command, flags);
  const { publish } = flags;
  if (url !== undefined && publish !== undefined) {
    await mustBeReachable("--publish", publish, REACH_MS);
  }
  const tail = [
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...(flags.auth === undefined ? [] : ["--auth", flags.auth]),
    ...(flags.settings === undefined ? [] : ["--settings", flags.settings]),
    ...(url === undefined ? ["--", ...command] : [url]),
    ...(publish === undefined ? [] : ["--publish", publish]),
  ];
  return await judged(
    "server",
    flags,
    tail,
    (options) => runServers({ ...options, subject }),
    judges(subject),
  );
}

function variationOf({ auth, settings }: ServerFlags): Variation {
  return {
    ...(auth === undefined ? {} : { auth }),
    ...(settings === undefined ? {} : { overlay: readOverlay(settings) }),
  };
}

function serverSubject(
  url: string | undefined,
  command: readonly string[],
  flags: ServerFlags,
): ServerSubject {
  const { publish, apiKey, event, profile, tokenSecret, tokenCommand } = flags;
  if (tokenSecret !== undefined && tokenCommand !== undefined) {
    throw new UsageError("give either --token-secret or --token-command, not both");
  }
  const mint =
    tokenCommand === undefined ? tokenSecret && secretMint(tokenSecret) : commandMint(tokenCommand);
  const common = { event, ...(apiKey ? { apiKey } : {}), ...(mint ? { mint } : {}) };
  const chosen = {
    variation: variationOf(flags),
    ...(profile === undefined ? {} : { profile }),
  };
  if (url === undefined) {
    const subject = { kind: "command", command, ...common, ...chosen } as const;
    if (flags.settings !== undefined && !takesSettings(subject)) {
      throw new UsageError("--settings needs {settings} in the server's command");
    }
    if (command.length > 0) return subject;
    throw new UsageError("give the server's address (ws://host:port) or its command after --");
  }
  if (command.length > 0)
    throw new UsageError("give either an address or a command after --, not both");
  if (flags.settings !== undefined) {
    throw new UsageError("--settings needs a server that the suite starts itself, after --");
  }
  const target: ServerTarget = {
    ...common,
    url: checkedUrl("the server's address", url, ["ws:", "wss:"]),
    ...(publish === undefined
      ? {}
      : { publish: checkedUrl("--publish", publish, ["http:", "https:"]) }),
  };
  return { kind: "address", target, ...chosen };
}

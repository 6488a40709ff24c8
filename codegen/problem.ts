import { isAbsolute, relative, sep } from "node:path";

/** One fault of a contract, at one place, with what to write instead. */
export interface Problem {
  /** Absolute path of the file at fault. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** What to write instead, in one sentence without a full stop. */
  readonly advice: string;
}

/** The contract is wrong: generation stops. Its message is one line for each problem. */
export class ContractError extends Error {
  override readonly name = "ContractError";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(problem)).join("\n"));
  }
}

/** The caller asked for something that cannot be done; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the language of a package cannot express of one type. */
export interface TypeProblem {
  /** Name of the type. */
  readonly type: string;
  readonly message: string;
  readonly advice: string;
}

/** A contract that is right in itself holds types that one language cannot express. */
export class LanguageError extends Error {
  override readonly name = "LanguageError";

  constructor(readonly problems: readonly TypeProblem[]) {
    super(problems.map(({ type, message, advice }) => `${type}: ${message}; ${advice}`).join("\n"));
  }
}

/** One line in the manner of a compiler: `file:line:column: what is wrong; what to write instead`. */
export function formatProblem(problem: Problem, from: string = process.cwd()): string {
  const near = relative(from, problem.file);
  const outside = near.startsWith("..") || isAbsolute(near);
  const file = (outside ? problem.file : near).split(sep).join("/");
  const place = `${file}:${String(problem.line)}:${String(problem.column)}`;
  return `${place}: ${oneLine(problem.message)}; ${oneLine(problem.advice)}`;
}

/** Orders problems by file, line and column, and drops repetitions. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const byLine = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...byLine.values()].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}

/** Compares by code unit, so that the order is the same under every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

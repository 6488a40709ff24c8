import type { Contract, Limit, Machine, NamedType, Timer } from "../../model.js";
import { camelCase, constantCase, pascalCase, plural } from "../names.js";
import { docComment } from "./comment.js";
import { formatTypescript } from "./format.js";
import { header } from "./header.js";

/** tables.ts: every number and table of the contract, as literal types. */
export async function emitTables(contract: Contract): Promise<string> {
  return formatTypescript(
    [
      header("spec/policy.yaml", "spec/lifecycle.yaml", "schemas/"),
      versions(contract),
      TYPES,
      closeCodes(contract),
      errorCodes(contract),
      bounds("TIMERS", "Every duration in milliseconds, with its bounds.", contract.policy.timers),
      bounds("LIMITS", "Every limit, with its unit and its bounds.", contract.policy.limits),
      patterns(contract.types),
      ...contract.types.map(knownValues),
      ...contract.machines.map(machineTable),
    ].join("\n"),
  );
}

const TYPES = `
/** What a client does after an end of its connection. */
export type ReconnectRule =
  | "stop"
  | "stop_if_asked"
  | "backoff"
  | "backoff_spread"
  | "token"
  | "fresh_token_once";

/** The row of the reconnect table for one close code. */
export interface CloseRule {
  readonly code: number;
  /** Name of the code, or \`unknown\`. */
  readonly name: string;
  readonly reconnect: ReconnectRule;
}

/** A number of the contract; a bound that is not given does not exist. */
export interface Bounded {
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

/** One move of a machine. Where a state and an input have several, \`when\` tells them apart. */
export interface Move<State extends string> {
  readonly to: State;
  readonly when?: string;
  readonly effects: readonly string[];
}

/** A machine as a table: a state and an input without a move are ignored. */
export interface Machine<State extends string, Input extends string> {
  readonly initial: State;
  readonly final: readonly State[];
  readonly states: readonly State[];
  readonly inputs: readonly Input[];
  readonly moves: Readonly<Record<State, Partial<Readonly<Record<Input, readonly Move<State>[]>>>>>;
}
`;

function versions(contract: Contract): string {
  return [
    docComment("Version that CONNECT announces."),
    constant("PROTOCOL_VERSION", contract.protocolVersion),
    docComment("Subprotocol that speaks this version."),
    constant("SUBPROTOCOL", contract.subprotocol),
    docComment(
      "What stands before the token, as unpadded base64url, in a bearer subprotocol entry.",
    ),
    constant("BEARER_PREFIX", contract.bearerPrefix),
  ].join("");
}

function constant(name: string, value: unknown): string {
  return `export const ${name} = ${JSON.stringify(value)} as const;\n`;
}

function closeCodes({ policy }: Contract): string {
  const codes = policy.closeCodes.map(
    (row) => `${docComment(row.meaning)}${camelCase(row.name)}: ${row.code},\n`,
  );
  const rules = policy.closeCodes.map(
    (row) =>
      `${row.code}: ${JSON.stringify({ code: row.code, name: row.name, reconnect: row.reconnect })},`,
  );
  const ranges = policy.closeCodeRanges.map(
    (range) =>
      `if (code >= ${range.from} && code <= ${range.to}) return { code, name: "unknown", reconnect: "${range.reconnect}" };`,
  );
  return `
/** Every close code by its name. */
export const CLOSE_CODES = {
${codes.join("")}} as const;

const CLOSE_RULES: Readonly<Record<number, CloseRule>> = {
${rules.join("\n")}
};

/** What a client does after this close code, whoever sent it and whether or not it is known. */
export function closeRule(code: number): CloseRule {
  const rule = CLOSE_RULES[code];
  if (rule !== undefined) return rule;
${ranges.join("\n")}
  return { code, name: "unknown", reconnect: "${policy.otherwise}" };
}
`;
}

function errorCodes({ policy }: Contract): string {
  const rows = policy.errorCodes.map((row) => {
    const { code, precedence, retryable, countsAsViolation } = row;
    const value = JSON.stringify({ code, precedence, retryable, countsAsViolation });
    return `${docComment(row.meaning)}${code}: ${value},\n`;
  });
  return `
/** Every code of an ERROR. Where several apply, the lowest precedence is answered. */
export const ERROR_CODES = {
${rows.join("")}} as const;

/** A code that this version knows; a newer peer may send others. */
export type KnownErrorCode = keyof typeof ERROR_CODES;
`;
}

function bounds(name: string, comment: string, rows: readonly (Timer | Limit)[]): string {
  const lines = rows.map((row) => {
    const { default: standard, min, max } = row;
    const unit = "unit" in row ? ` Unit: ${row.unit}.` : "";
    const announced =
      row.announcedIn === undefined ? "" : ` Announced in CONNECT as ${row.announcedIn}.`;
    const value = JSON.stringify({ default: standard, min, max });
    return `${docComment(`${row.description}${unit}${announced}`)}${row.name}: ${value},\n`;
  });
  return `${docComment(comment)}export const ${name} = {\n${lines.join("")}} as const satisfies Readonly<Record<string, Bounded>>;\n`;
}

function patterns(types: readonly NamedType[]): string {
  const rows = types.flatMap(({ name, shape }) =>
    shape.kind === "string" && shape.pattern !== undefined
      ? [`${name}: ${JSON.stringify(shape.pattern)},\n`]
      : [],
  );
  const comment = "What a text must match, by its type: regular expressions for the flag u.";
  return `${docComment(comment)}export const PATTERNS = {\n${rows.join("")}} as const;\n`;
}

function knownValues(type: NamedType): string {
  if (type.shape.kind !== "enum") return "";
  const name = plural(`KNOWN_${constantCase(type.name)}`);
  const comment = type.shape.open
    ? `Values of ${type.name} that this version knows; a newer peer may send others.`
    : `Every value of ${type.name}.`;
  return `${docComment(comment)}${constant(name, type.shape.values)}`;
}

function machineTable(machine: Machine): string {
  const type = pascalCase(machine.name);
  const states = machine.states.map(({ name }) => name);
  const moves = states.map(
    (state) => `${JSON.stringify(state)}: {\n${movesFrom(machine, state)}},\n`,
  );
  return `
/** States of ${constantCase(machine.name)}. */
export type ${type}State = ${literals(states)};

/** Inputs of ${constantCase(machine.name)}. */
export type ${type}Input = ${literals(machine.inputs.map(({ name }) => name))};

${docComment(machine.description)}export const ${constantCase(machine.name)}: Machine<${type}State, ${type}Input> = {
  initial: ${JSON.stringify(machine.initial)},
  final: ${JSON.stringify(machine.states.filter(({ final }) => final).map(({ name }) => name))},
  states: ${JSON.stringify(states)},
  inputs: ${JSON.stringify(machine.inputs.map(({ name }) => name))},
  moves: {
${moves.join("")}  },
};
`;
}

function movesFrom(machine: Machine, state: string): string {
  const rows = machine.transitions.filter(({ from }) => from === state);
  const inputs = [...new Set(rows.map(({ input }) => input))];
  return inputs
    .map((input) => {
      const moves = rows
        .filter((row) => row.input === input)
        .map(({ to, when, effects }) => ({ to, when, effects }));
      return `${JSON.stringify(input)}: ${JSON.stringify(moves)},\n`;
    })
    .join("");
}

function literals(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(" | ");
}

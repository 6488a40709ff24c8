import type { Contract, Limit, NamedType, Timer } from "../../model.js";
import { constantCase, plural } from "../names.js";
import { bracket, layOut, layOutModule, tuple } from "./layout.js";
import type { Piece } from "./layout.js";
import { docstring, header, snakeCase, stringLiteral } from "./text.js";

/** tables.py: every number and table of the policy, and the known values of every list. */
export async function emitTables(contract: Contract): Promise<string> {
  const top = [
    header("spec/policy.yaml", "schemas/"),
    docstring(`The numbers and tables of ${contract.title}.`),
    "",
    "from collections.abc import Mapping",
    "from enum import IntEnum",
    "from typing import Final",
    "",
    "from .table_types import Bounded, CloseRule, ErrorRule",
  ];
  return Promise.resolve(
    layOutModule(top.join("\n"), [
      ...versions(contract),
      ...closeCodes(contract),
      errorCodes(contract),
      bounds("Timers", "Every duration in milliseconds, with its bounds.", contract.policy.timers),
      bounds("Limits", "Every limit, with its unit and its bounds.", contract.policy.limits),
      ...contract.types.flatMap(knownValues),
    ]),
  );
}

function versions(contract: Contract): readonly string[] {
  const bearer =
    "What stands before the token, as unpadded base64url, in a bearer subprotocol entry.";
  return [
    constant("PROTOCOL_VERSION", contract.protocolVersion, "Version that CONNECT announces."),
    constant("SUBPROTOCOL", contract.subprotocol, "Subprotocol that speaks this version."),
    constant("BEARER_PREFIX", contract.bearerPrefix, bearer),
  ];
}

function constant(name: string, value: string, comment: string): string {
  return `${name}: Final = ${stringLiteral(value)}\n${docstring(comment)}`;
}

function closeCodes({ policy }: Contract): readonly string[] {
  const members = policy.closeCodes.map(
    ({ name, code, meaning }) => `    ${constantCase(name)} = ${code}\n${docstring(meaning, 4)}`,
  );
  const rules = policy.closeCodes.map(({ code, name, reconnect }) =>
    bracket(
      `${code}: CloseRule(`,
      [String(code), stringLiteral(name), stringLiteral(reconnect)],
      ")",
    ),
  );
  const ranges = policy.closeCodeRanges.map(
    ({ from, to, reconnect }) =>
      `    if ${from} <= code <= ${to}:\n        return CloseRule(code, "unknown", ${stringLiteral(reconnect)})\n`,
  );
  return [
    `class CloseCode(IntEnum):
    """Every close code by its name."""

${members.join("\n")}`,
    layOut(bracket("_CLOSE_RULES: Final[Mapping[int, CloseRule]] = {", rules, "}")),
    `def close_rule(code: int) -> CloseRule:
    """Give what a client does after this close code, whoever sent it and whether it is known."""
    if code in _CLOSE_RULES:
        return _CLOSE_RULES[code]
${ranges.join("")}    return CloseRule(code, "unknown", ${stringLiteral(policy.otherwise)})`,
  ];
}

function errorCodes({ policy }: Contract): string {
  const rows = policy.errorCodes.map(({ code, precedence, retryable, countsAsViolation }) =>
    bracket(
      `${stringLiteral(code)}: ErrorRule(`,
      [
        stringLiteral(code),
        String(precedence),
        `retryable=${truth(retryable)}`,
        `counts_as_violation=${truth(countsAsViolation)}`,
      ],
      ")",
    ),
  );
  const comment = "Every code of an ERROR that this version knows; a newer peer may send others.";
  return `${layOut(bracket("ERROR_CODES: Final[Mapping[str, ErrorRule]] = {", rows, "}"))}
${docstring(comment)}`;
}

function truth(value: boolean): string {
  return value ? "True" : "False";
}

function bounds(name: string, comment: string, rows: readonly (Timer | Limit)[]): string {
  const lines = rows.map((row) => {
    const unit = "unit" in row ? ` Unit: ${row.unit}.` : "";
    const announced =
      row.announcedIn === undefined ? "" : ` Announced in CONNECT as ${row.announcedIn}.`;
    const doc = docstring(`${row.description}${unit}${announced}`, 4);
    const value = layOut(
      bracket(`${snakeCase(row.name)}: Final = Bounded(`, numbers(row), ")"),
      "",
      4,
    );
    return `${value}\n${doc}`;
  });
  return `class ${name}:
${docstring(comment, 4)}

${lines.join("\n")}`;
}

function numbers({ default: standard, min, max }: Timer | Limit): readonly string[] {
  return [
    String(standard),
    ...(min === undefined ? [] : [`min=${min}`]),
    ...(max === undefined ? [] : [`max=${max}`]),
  ];
}

function knownValues({ name, shape }: NamedType): readonly string[] {
  if (shape.kind !== "enum") return [];
  const values: Piece = tuple(shape.values.map(stringLiteral));
  const comment = shape.open
    ? `Values of ${name} that this version knows; a newer peer may send others.`
    : `Every value of ${name}.`;
  const known = plural(`KNOWN_${constantCase(name)}`);
  return [`${layOut({ ...values, open: `${known}: Final = (` })}\n${docstring(comment)}`];
}

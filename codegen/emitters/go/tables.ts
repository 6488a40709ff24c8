import type { Contract, Limit, Timer } from "../../model.js";
import { comment, exported, header, inColumns, stringLiteral } from "./text.js";

/** tables.go: every number and table of the policy. */
export async function emitTables(contract: Contract): Promise<string> {
  return Promise.resolve(
    [
      header("spec/policy.yaml"),
      versions(contract),
      closeCodes(contract),
      errorCodes(contract),
      ...numbers("Durations in milliseconds, with their bounds.", contract.policy.timers),
      ...numbers("Limits with their bounds.", contract.policy.limits),
    ].join("\n"),
  );
}

function versions(contract: Contract): string {
  return `// ProtocolVersion is the version that CONNECT announces.
const ProtocolVersion = ${stringLiteral(contract.protocolVersion)}

// Subprotocol is the WebSocket subprotocol that speaks this version.
const Subprotocol = ${stringLiteral(contract.subprotocol)}

// BearerPrefix stands before the token, as unpadded base64url, in a bearer subprotocol entry.
const BearerPrefix = ${stringLiteral(contract.bearerPrefix)}
`;
}

function closeCodes({ policy }: Contract): string {
  const constant = (name: string) => `Close${exported(name)}`;
  const constants = policy.closeCodes.map(
    ({ name, code, meaning }) =>
      `${comment(`${constant(name)}: ${meaning}`, "\t")}\t${constant(name)} CloseCode = ${code}\n`,
  );
  const byRule = new Map<string, string[]>();
  for (const { name, reconnect } of policy.closeCodes)
    byRule.set(reconnect, [...(byRule.get(reconnect) ?? []), constant(name)]);
  const rule = (name: string) => `Reconnect${exported(name)}`;
  const cases = [...byRule].map(
    ([reconnect, names]) => `\tcase ${names.join(", ")}:\n\t\treturn ${rule(reconnect)}\n`,
  );
  const ranges = policy.closeCodeRanges.map(
    ({ from, to, reconnect }) =>
      `\tcase ${from} <= c && c <= ${to}:\n\t\treturn ${rule(reconnect)}\n`,
  );
  const named = policy.closeCodes.map(
    ({ name }) => `\tcase ${constant(name)}:\n\t\treturn ${stringLiteral(name)}\n`,
  );
  return `// Every close code by its name.
const (
${constants.join("\n")})

// Reconnect gives what a client does after this code, whoever sent it and whether it is known.
func (c CloseCode) Reconnect() ReconnectRule {
	switch c {
${cases.join("")}	}
	switch {
${ranges.join("")}	}
	return ${rule(policy.otherwise)}
}

// Name gives the name of the code, or unknown.
func (c CloseCode) Name() string {
	switch c {
${named.join("")}	}
	return "unknown"
}
`;
}

function errorCodes({ policy }: Contract): string {
  const rows = policy.errorCodes.map(({ code, precedence, retryable, countsAsViolation }) => {
    const members = [
      `Code: ${stringLiteral(code)}`,
      `Precedence: ${precedence}`,
      ...(retryable ? ["Retryable: true"] : []),
      ...(countsAsViolation ? ["CountsAsViolation: true"] : []),
    ];
    return `\t\t{${members.join(", ")}},\n`;
  });
  return `// ErrorRules gives every code of an ERROR that this version knows; a newer peer may send others.
func ErrorRules() []ErrorRule {
	return []ErrorRule{
${rows.join("")}	}
}
`;
}

function numbers(title: string, rows: readonly (Timer | Limit)[]): readonly string[] {
  const groups = rows.map((row) => {
    const name = exported(row.name);
    const unit = "unit" in row ? ` Unit: ${row.unit}.` : "";
    const announced =
      row.announcedIn === undefined ? "" : ` Announced in CONNECT as ${row.announcedIn}.`;
    const constants = [
      [`Default${name}`, "=", String(row.default)],
      ...(row.min === undefined ? [] : [[`Min${name}`, "=", String(row.min)]]),
      ...(row.max === undefined ? [] : [[`Max${name}`, "=", String(row.max)]]),
    ];
    return comment(`${row.description}${unit}${announced}`, "\t") + inColumns(constants);
  });
  return [`// ${title}\nconst (\n${groups.join("\n")})\n`];
}

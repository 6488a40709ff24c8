import { visit } from "../../dist/codegen/contract/schema-rules.js";

/** Finds closed lists of values in a schema whose references Spectral has replaced. */
export default function openEnums(schema, _options, { path }) {
  const findings = [];
  visit(schema, "root", [], (node, _role, at) => {
    if (node.enum === undefined) return;
    const advice = "write x-known-values instead, with minLength and maxLength";
    const message = `a value that a server sends is closed by enum; ${advice}`;
    findings.push({ message, path: [...path, ...at, "enum"] });
  });
  return findings;
}

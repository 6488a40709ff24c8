import type { Contract } from "../../model.js";
import { constantCase, pascalCase, plural } from "../names.js";
import { checkTitles } from "../taken-titles.js";
import { formatTypescript } from "./format.js";
import { header } from "./header.js";
import { decodedBodies } from "./validators.js";

/** What modules beside messages.ts use, and what they use of the language. */
const USED = ["EventTable", "Pick", "Readonly", "Record"];

/** index.ts: every public name of the package, one by one. */
export async function emitIndex(contract: Contract): Promise<string> {
  const types = ["ClientFrame", "Decoded", "DecodedBody", "Invalid", "ServerFrame"];
  const decoders = ["ClientFrame", "ServerFrame", ...decodedBodies(contract)];
  const enums = contract.types.filter(({ shape }) => shape.kind === "enum");
  const machines = contract.machines.map(({ name }) => name);
  const tables = [
    ...["BEARER_PREFIX", "CLOSE_CODES", "ERROR_CODES", "LIMITS"],
    ...["PATTERNS", "PROTOCOL_VERSION", "SUBPROTOCOL", "TIMERS", "closeRule"],
    ...machines.map(constantCase),
    ...enums.map(({ name }) => plural(`KNOWN_${constantCase(name)}`)),
  ];
  const tableTypes = [
    ...["Bounded", "CloseRule", "KnownErrorCode", "Machine", "Move", "ReconnectRule"],
    ...machines.flatMap((name) => [`${pascalCase(name)}State`, `${pascalCase(name)}Input`]),
  ];
  checkTitles(contract.types, [...types, ...tableTypes, ...USED]);
  return formatTypescript(
    header("asyncapi.yaml", "schemas/", "spec/") +
      exportNames("type ", [...types, ...contract.types.map(({ name }) => name)], "./messages.js") +
      exportNames(
        "",
        decoders.map((name) => `decode${name}`),
        "./validators.js",
      ) +
      exportNames("", ["EVENTS"], "./events.js") +
      exportNames("type ", ["Events", "SentEvents"], "./events.js") +
      exportNames("", tables, "./tables.js") +
      exportNames("type ", tableTypes, "./tables.js"),
  );
}

function exportNames(kind: string, names: readonly string[], file: string): string {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  return `export ${kind}{ ${sorted.join(", ")} } from "${file}";\n`;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Contract } from "../../model.js";
import { templateFolder } from "../../package-root.js";
import { constantCase, pascalCase, plural } from "../names.js";
import { checkTitles } from "../taken-titles.js";
import { compareExports, compareNames, docstring, header, snakeCase } from "./text.js";

/** Public names of the verbatim modules, by module. */
const RUNTIME: Readonly<Record<string, readonly string[]>> = {
  client: listedIn("client"),
  decoding: ["DecodeError", "JsonDecodeError", "UnknownFrame"],
  event_table: ["EventRow", "EventTable"],
  events: ["EVENTS"],
  json_text: ["parse_json", "write_json"],
  table_types: ["Bounded", "CloseRule", "ErrorRule", "Machine", "Move", "ReconnectRule"],
};

/** __init__.py: every public name of the package, one by one. */
export async function emitInit(contract: Contract): Promise<string> {
  const { messages, ...others } = { ...RUNTIME, ...rendered(contract) };
  checkTitles(contract.types, Object.values(others).flat());
  const modules: Readonly<Record<string, readonly string[]>> = { ...others, messages };
  const names = Object.values(modules).flat();
  return Promise.resolve(
    [
      header("asyncapi.yaml", "schemas/", "spec/"),
      docstring(`The messages, tables and client of ${contract.title}.`),
      "",
      ...Object.keys(modules)
        .sort(compareNames)
        .map((module) => importOf(module, modules[module] ?? [])),
      "",
      `__all__ = [\n${[...names]
        .sort(compareExports)
        .map((name) => `    "${name}",\n`)
        .join("")}]`,
      "",
    ].join("\n"),
  );
}

function rendered(contract: Contract) {
  const machines = contract.machines.map(({ name }) => name);
  const enums = contract.types.filter(({ shape }) => shape.kind === "enum");
  const decoded = ["ClientFrame", "ServerFrame", ...contract.bodies.map(({ name }) => name)];
  return {
    decoders: decoded.map((name) => `decode_${snakeCase(name)}`),
    lifecycle: machines.flatMap((name) => [
      constantCase(name),
      `${pascalCase(name)}Input`,
      `${pascalCase(name)}State`,
    ]),
    messages: ["ClientFrame", "ServerFrame", ...contract.types.map(({ name }) => name)],
    tables: [
      ...["BEARER_PREFIX", "ERROR_CODES", "PROTOCOL_VERSION", "SUBPROTOCOL"],
      ...["CloseCode", "Limits", "Timers", "close_rule"],
      ...enums.map(({ name }) => plural(`KNOWN_${constantCase(name)}`)),
    ],
  };
}

/** The names that a verbatim sub-package offers, by its own list. */
function listedIn(name: string): readonly string[] {
  const file = join(templateFolder("python"), "template/src/latido", name, "__init__.py");
  const list = /^__all__ = \[\n([^\]]*)\]$/mu.exec(readFileSync(file, "utf8"))?.[1];
  if (list === undefined) throw new Error(`${file} has no list __all__`);
  return [...list.matchAll(/"([^"]+)"/gu)].map(([, each = ""]) => each);
}

/** One import, an item a line: the comma behind the last keeps it so. */
function importOf(module: string, names: readonly string[]): string {
  const lines = [...names].sort(compareNames).map((name) => `    ${name},\n`);
  return `from .${module} import (\n${lines.join("")})`;
}

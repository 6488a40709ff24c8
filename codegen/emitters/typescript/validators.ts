import type { Contract, Frame, Sender } from "../../model.js";
import { compileChecks } from "./ajv-code.js";
import { formatTypescript } from "./format.js";
import { header } from "./header.js";
import { VALIDATOR_SUPPORT } from "./validator-support.js";

/** validators.ts: decoding with full validation, in one module that imports nothing at run time. */
export async function emitValidators(contract: Contract): Promise<string> {
  const bodies = decodedBodies(contract);
  const names = [...contract.frames.map(({ name }) => name), ...bodies];
  return formatTypescript(
    header("asyncapi.yaml", "schemas/") +
      "/* eslint-disable */\n// @ts-nocheck: the checks below are compiled by ajv.\n" +
      `import type { ${importedTypes(contract).join(", ")} } from "./messages.js";\n\n` +
      (["server", "client"] as const).map((sender) => decodeFrames(contract, sender)).join("\n") +
      bodies.map(decodeBody).join("\n") +
      VALIDATOR_SUPPORT +
      compileChecks(contract, names),
  );
}

/** What is decoded beside frames: bodies, the query, and the payloads of the application's events. */
export function decodedBodies({ bodies, application }: Contract): readonly string[] {
  const payloads = (application?.events ?? []).map(({ payload }) => payload);
  return [...new Set([...bodies.map(({ name }) => name), ...payloads])];
}

function importedTypes(contract: Contract): readonly string[] {
  const bodies = decodedBodies(contract);
  return ["ClientFrame", "Decoded", "DecodedBody", "Invalid", "ServerFrame", ...bodies];
}

function decodeFrames(contract: Contract, sender: Sender): string {
  const frames = contract.frames.filter((frame) => frame.sender === sender);
  const union = sender === "server" ? "ServerFrame" : "ClientFrame";
  return `
/** Decodes a frame that the ${sender} sent, already parsed from JSON. */
export function decode${union}(value: unknown): Decoded<${union}> {
  if (!isObject(value)) return notAnObject();
  switch (value.type) {
${frames.map((frame) => frameCase(frame)).join("\n")}
    default:
      return unknownType(value);
  }
}
`;
}

function frameCase({ name, type }: Frame): string {
  return `    case ${JSON.stringify(type)}: return check${name}(value) ? { kind: "frame", frame: value } : refused(check${name});`;
}

function decodeBody(name: string): string {
  return `
/** Decodes a value of the type ${name}, already parsed from JSON. */
export function decode${name}(value: unknown): DecodedBody<${name}> {
  return check${name}(value) ? { kind: "value", value } : refused(check${name});
}
`;
}

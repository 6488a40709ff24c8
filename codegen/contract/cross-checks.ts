import type { Contract, Machine, NamedType, Shape } from "../model.js";
import { isArray, isObject, parsePointer } from "./json.js";
import type { Json } from "./json.js";
import type { Reader } from "./reader.js";
import type { Sources } from "./source.js";

/** The YAML documents of a contract. */
export interface Documents {
  readonly asyncapi: Reader;
  readonly policy: Reader;
  readonly lifecycle: Reader;
}

/** Reports where the documents of a contract disagree with each other. */
export function crossCheck(contract: Contract, documents: Documents): void {
  checkCitations(contract, documents);
  checkServerEnums(contract, documents.asyncapi.sources);
  checkErrorCodes(contract, documents);
  checkAnnouncements(contract, documents.policy);
  for (const machine of contract.machines) {
    checkMachine(machine, contract, documents.lifecycle.at("machines", machine.name));
  }
}

/** Every requirement id that a table or an operation cites exists, and every operation cites one. */
function checkCitations(contract: Contract, documents: Documents): void {
  const known = new Set(contract.requirements.map(({ id }) => id));
  for (const [, operation] of documents.asyncapi.at("operations").members()) {
    if (operation.at("x-requirements").texts().length > 0) continue;
    const advice = "write x-requirements: [the ids of the rules that bind it]";
    operation.report("the operation names no requirement", advice);
  }
  for (const document of Object.values(documents) as readonly Reader[]) {
    for (const citation of citations(document)) {
      if (known.has(citation.text())) continue;
      const advice = "write the id of a row of the requirements, or add the row";
      citation.report(`no requirement has the id ${citation.text()}`, advice);
    }
  }
}

function citations(reader: Reader): readonly Reader[] {
  const value: Json | undefined = reader.value;
  if (isArray(value)) return reader.items().flatMap(citations);
  if (!isObject(value)) return [];
  return reader.members().flatMap(([name, member]) => {
    const cites = name === "requirement" || name === "x-requirements";
    return cites && isArray(member.value) ? member.items() : citations(member);
  });
}

/** FRAME: receivers keep values of a newer server, so nothing that a server sends is a closed list. */
function checkServerEnums(contract: Contract, sources: Sources): void {
  const types = new Map(contract.types.map((type) => [type.name, type] as const));
  const sent = new Set<string>();
  const reach = (shape: Shape): void => {
    switch (shape.kind) {
      case "reference": {
        const type = types.get(shape.name);
        if (type === undefined || sent.has(type.name)) return;
        sent.add(type.name);
        reach(type.shape);
        return;
      }
      case "array":
        reach(shape.items);
        return;
      case "map":
        reach(shape.values);
        return;
      case "object":
        for (const field of shape.fields) reach(field.shape);
        return;
      default:
    }
  };
  for (const frame of contract.frames) {
    if (frame.sender === "server") reach({ kind: "reference", name: frame.name });
  }
  for (const { response, error } of contract.routes) {
    for (const name of [response, error])
      if (name !== undefined) reach({ kind: "reference", name });
  }
  for (const name of sent) reportClosed(types.get(name), sources);
}

function reportClosed(type: NamedType | undefined, sources: Sources): void {
  if (type?.shape.kind !== "enum" || type.shape.open) return;
  const [file = "", pointer = ""] = type.source.split("#");
  const source = sources.read(file);
  if (source === undefined) return;
  const advice =
    "write x-known-values instead, with minLength and maxLength: newer servers add values";
  const path = [...parsePointer(pointer), "enum"];
  sources.report(source, path, `${type.name} is sent by the server, yet closed by enum`, advice);
}

/** The codes that ERROR lists are those of the policy. */
function checkErrorCodes(contract: Contract, { policy }: Documents): void {
  const type = contract.types.find(({ name }) => name === "ErrorCode");
  if (type?.shape.kind !== "enum") return;
  const listed = new Set(type.shape.values);
  const advice = `list the same codes here and in x-known-values of ${type.source}`;
  policy
    .at("errorCodes")
    .items()
    .forEach((row) => {
      if (listed.delete(row.at("code").text())) return;
      row.report(`ERROR does not list the code ${row.at("code").text()}`, advice, "code");
    });
  for (const code of listed) policy.at("errorCodes").report(`no row has the code ${code}`, advice);
}

/** What is said to be announced in CONNECT is a number there. */
function checkAnnouncements(contract: Contract, policy: Reader): void {
  const fields = announced(contract);
  for (const table of ["timers", "limits"]) {
    for (const [name, row] of policy.at(table).members()) {
      const place = row.at("announcedIn");
      if (place.absent || fields.has(place.text())) continue;
      const advice = `write one of ${[...fields].join(", ")}`;
      place.report(`${name} is announced in ${place.text()}, which CONNECT does not have`, advice);
    }
  }
}

function announced(contract: Contract): ReadonlySet<string> {
  const types = new Map(contract.types.map(({ name, shape }) => [name, shape] as const));
  const connect = contract.frames.find(
    ({ sender, type }) => sender === "server" && type === "CONNECT",
  );
  const names = new Set<string>();
  const walk = (shape: Shape | undefined, path: readonly string[]): void => {
    if (shape?.kind === "reference") walk(types.get(shape.name), path);
    else if (shape?.kind === "object") {
      for (const field of shape.fields) walk(field.shape, [...path, field.name]);
    } else if (shape?.kind === "integer" || shape?.kind === "number") names.add(path.join("."));
  };
  walk(types.get(connect?.name ?? ""), []);
  return names;
}

/** Inputs that stand for whatever is not one frame of a known type. */
const UNTYPED = ["other", "unknown", "invalid", "oversize", "binary"];

/** Inputs named after frames name frames of the peer; every state can be reached; the end is the end. */
function checkMachine(machine: Machine, contract: Contract, reader: Reader): void {
  const peers = contract.frames.filter(({ sender }) => sender !== machine.role);
  const types = [...peers.map(({ type }) => type), ...UNTYPED];
  for (const { name } of machine.inputs) {
    const frame = /^frame:(.+)$/u.exec(name)?.[1];
    if (frame === undefined || types.includes(frame)) continue;
    const advice = `write frame: and one of ${types.join(", ")}`;
    reader.report(`no frame of the peer has the type ${frame}`, advice, "inputs", name);
  }
  const reached = new Set([machine.initial]);
  for (let size = 0; size < reached.size;) {
    size = reached.size;
    for (const { from, to } of machine.transitions) if (reached.has(from)) reached.add(to);
  }
  for (const { name, final } of machine.states) {
    if (!reached.has(name)) {
      const advice = "add the transition that leads here, or remove the state";
      reader.report(`no transition leads to the state ${name}`, advice, "states", name);
    }
    if (final && machine.transitions.some(({ from, to }) => from === name && to !== name)) {
      const advice = "remove final: true, or the transition";
      reader.report(`the final state ${name} is left again`, advice, "states", name);
    }
  }
}

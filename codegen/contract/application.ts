import type { Application, ApplicationEvent, NamedType } from "../model.js";
import { compareText } from "../problem.js";
import { reportEndlessTypes } from "./endless-types.js";
import { isObject } from "./json.js";
import { OwnSchemas } from "./own-schemas.js";
import { Reader } from "./reader.js";
import { resolveReferences } from "./references.js";
import type { Place } from "./source.js";
import type { TypeGraph } from "./type-graph.js";

/** Reads the events that a document names beyond the protocol, adding their payloads to the graph. */
export function readApplication(document: Reader, graph: TypeGraph): Application {
  const rules = {
    names: new NameRules(graph.types),
    graph,
    schemas: new OwnSchemas(document.sources, document.source),
  };
  const found = document
    .at("operations")
    .members()
    .flatMap(([, operation]) => readOperation(operation, rules));
  if (found.length === 0 && document.sources.problems.length === 0) {
    const advice = "add an operation whose messages are the events, as latido init contract writes";
    document.report("the document names no events", advice, "operations");
  }
  const events = merged(found);
  if (document.sources.problems.length === 0) {
    reportUnused(document, found);
    reportEndlessTypes(graph, document.sources);
  }
  // What no value fits, no example does.
  if (document.sources.problems.length === 0) rules.schemas.checkExamples();
  return {
    title: document.at("info", "title").text(),
    version: document.at("info", "version").text(),
    events: events.sort((a, b) => compareText(a.name, b.name)),
  };
}

interface PlacedEvent {
  readonly event: ApplicationEvent;
  /** The message object. */
  readonly reader: Reader;
}

/** What an event is read with. */
interface Rules {
  readonly names: NameRules;
  readonly schemas: OwnSchemas;
  readonly graph: TypeGraph;
}

function readOperation(operation: Reader, rules: Rules): readonly PlacedEvent[] {
  const action = operation.at("action").oneOf(["send", "receive"]);
  if (operation.at("messages").absent) {
    const advice = "write messages: with a $ref to each event that it carries";
    operation.report("the operation names no messages", advice);
    return [];
  }
  return operation
    .at("messages")
    .items()
    .flatMap((item) => {
      const event = readEvent(item, action === "send", rules);
      return event === undefined ? [] : [event];
    });
}

function readEvent(
  item: Reader,
  sentByClients: boolean,
  { names, schemas, graph }: Rules,
): PlacedEvent | undefined {
  const { sources } = item;
  const message = resolveReferences(sources, item.place);
  if (message === undefined) return undefined;
  const reader = new Reader(sources, message.source, message.path);
  const name = reader.at("name").absent ? String(message.path.at(-1)) : reader.at("name").text();
  names.checkEvent(reader, name);
  const module = names.moduleOf(reader);
  const place = readPayload(reader, name);
  if (place === undefined || !schemas.check(place)) return undefined;
  const shape = graph.add(place);
  const payload = shape.kind === "reference" ? shape.name : "";
  const text = ["description", "summary", "title"].map((member) => reader.at(member));
  const description = text.find(({ absent }) => !absent)?.text() ?? "";
  return { event: { name, module, sentByClients, payload, description }, reader };
}

function readPayload(message: Reader, event: string): Place | undefined {
  const payload = message.at("payload");
  if (payload.absent) {
    message.report(`the event ${event} has no payload`, "write payload: with a schema");
    return undefined;
  }
  if (isObject(payload.value) && payload.value.schemaFormat !== undefined) {
    const advice = "write the schema itself under payload, in JSON Schema draft-07";
    payload.report("a payload with a schemaFormat is not supported", advice, "schemaFormat");
    return undefined;
  }
  return resolveReferences(message.sources, payload.place);
}

/** One row an event: what clients send they may receive as well. */
function merged(found: readonly PlacedEvent[]): ApplicationEvent[] {
  const events = new Map<string, PlacedEvent>();
  for (const placed of found) {
    const { event, reader } = placed;
    const known = events.get(event.name);
    if (known === undefined) {
      events.set(event.name, placed);
      continue;
    }
    if (!isSame(known.reader.place, reader.place)) {
      const { line } = known.reader.source.positionOf(known.reader.path);
      const advice = `give it a name of its own; the other is on line ${line}`;
      reader.report(`two messages are the event ${event.name}`, advice);
    }
    const sentByClients = known.event.sentByClients || event.sentByClients;
    events.set(event.name, { ...known, event: { ...known.event, sentByClients } });
  }
  return [...events.values()].map(({ event }) => event);
}

function isSame(a: Place, b: Place): boolean {
  return a.source === b.source && a.path.join("/") === b.path.join("/");
}

/** An event that no operation names would be left out of every package without a word. */
function reportUnused(document: Reader, found: readonly PlacedEvent[]): void {
  const messages = document.at("components", "messages");
  if (messages.absent) return;
  for (const [, message] of messages.members()) {
    const isReference = isObject(message.value) && message.value.$ref !== undefined;
    if (isReference || found.some(({ reader }) => isSame(reader.place, message.place))) continue;
    const advice = "add it to an operation: send for what clients send, receive for the others";
    message.report("no operation sends or receives this event", advice);
  }
}

/** What names of events and modules may be: the patterns of the protocol's own types. */
class NameRules {
  readonly #event: string;
  readonly #module: string;

  constructor(types: readonly NamedType[]) {
    this.#event = patternOf(types, "EventName");
    this.#module = patternOf(types, "ModuleName");
  }

  checkEvent(message: Reader, name: string): void {
    if (new RegExp(this.#event, "u").test(name)) return;
    const at = message.at("name").absent ? message : message.at("name");
    at.report(`${JSON.stringify(name)} cannot name an event`, `write name: of ${this.#event}`);
  }

  moduleOf(message: Reader): string {
    const module = message.at("x-module");
    if (module.absent) {
      message.report("the event names no module", "write x-module: the module that takes it");
      return "";
    }
    const name = module.text();
    if (name !== "" && !new RegExp(this.#module, "u").test(name)) {
      module.report(`${JSON.stringify(name)} cannot name a module`, `write one of ${this.#module}`);
    }
    return name;
  }
}

function patternOf(types: readonly NamedType[], name: string): string {
  const shape = types.find((type) => type.name === name)?.shape;
  if (shape?.kind === "string" && shape.pattern !== undefined) return shape.pattern;
  throw new Error(`the protocol has no pattern for ${name}`);
}

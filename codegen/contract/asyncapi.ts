import type { Body, Frame, InvalidExample, Route, Sender, Shape } from "../model.js";
import { valueAt } from "./json.js";
import { Reader } from "./reader.js";
import { resolveReferences } from "./references.js";
import type { Place, Sources } from "./source.js";
import type { TypeGraph } from "./type-graph.js";

/** What the AsyncAPI document promises. */
export interface Interface {
  readonly frames: readonly Frame[];
  readonly bodies: readonly Body[];
  readonly routes: readonly Route[];
}

/** Reads operations, bodies and routes of the AsyncAPI document, adding their types to the graph. */
export function readInterface(document: Reader, graph: TypeGraph): Interface {
  const frames = document
    .at("operations")
    .members()
    .flatMap(([, operation]) => readOperation(operation, graph));
  reportTwins(frames);
  // A frame that could not be read would seem unused as well.
  if (document.sources.problems.length === 0) reportUnused(document, frames);
  const channels = document.at("channels").members();
  const queries = channels
    .map(([, channel]) => channel.at("bindings", "ws", "query"))
    .filter((query) => !query.absent)
    .map((query) => readBody(query, graph));
  const bodies = document
    .at("components", "schemas")
    .members()
    .map(([name, schema]) => [name, readBody(schema, graph)] as const);
  const names = new Map(bodies.map(([name, body]) => [name, body.name] as const));
  return {
    frames: frames.map(({ frame }) => frame),
    bodies: [...queries, ...bodies.map(([, body]) => body)],
    routes: document
      .at("x-http")
      .items()
      .map((route) => readRoute(route, names)),
  };
}

interface PlacedFrame {
  readonly frame: Frame;
  /** The schema of its payload. */
  readonly schema: Reader;
}

function readOperation(operation: Reader, graph: TypeGraph): readonly PlacedFrame[] {
  const action = operation.at("action").oneOf(["send", "receive"]);
  const sender: Sender = action === "send" ? "client" : "server";
  const requirements = operation.at("x-requirements").texts();
  return operation
    .at("messages")
    .items()
    .flatMap((item) => {
      const placed = readMessage(operation.sources, item.place, graph, sender, requirements);
      return placed === undefined ? [] : [placed];
    });
}

function readMessage(
  sources: Sources,
  item: Place,
  graph: TypeGraph,
  sender: Sender,
  requirements: readonly string[],
): PlacedFrame | undefined {
  const message = resolveReferences(sources, item);
  if (message === undefined) return undefined;
  const reader = new Reader(sources, message.source, message.path);
  const payload = resolveReferences(sources, reader.at("payload").place);
  if (payload === undefined) return undefined;
  const name = typeName(graph.add(payload));
  const type = valueAt(payload.value, ["properties", "type", "const"]);
  if (name === undefined || typeof type !== "string") {
    const advice = "give its schema a title, and a property type with a const";
    reader.report("the payload is not a frame", advice, "payload");
    return undefined;
  }
  if (reader.at("name").text() !== name) {
    const advice = `write name: ${name}, the title of its schema`;
    reader.report("the message is not named as its payload", advice, "name");
  }
  const frame = { type, sender, requirements, ...describe(sources, name, payload) };
  return { frame, schema: new Reader(sources, payload.source, payload.path) };
}

function readBody(reader: Reader, graph: TypeGraph): Body {
  const place = resolveReferences(reader.sources, reader.place);
  if (place === undefined) return { name: "", description: "", examples: [], invalidExamples: [] };
  const name = typeName(graph.add(place));
  if (name === undefined) reader.report("the body has no name", "give its schema a title");
  return describe(reader.sources, name ?? "", place);
}

function readRoute(route: Reader, bodies: ReadonlyMap<string, string>): Route {
  const body = (member: "request" | "response" | "error"): Partial<Route> => {
    const reader = route.at(member);
    if (reader.absent) return {};
    const name = bodies.get(reader.text());
    if (name === undefined) {
      const advice = `write one of ${[...bodies.keys()].join(", ")}`;
      reader.report(`${member} names no schema of components/schemas`, advice);
    }
    return { [member]: name ?? "" };
  };
  return {
    method: route.at("method").text(),
    path: route.at("path").text(),
    summary: route.at("summary").text(),
    ...body("request"),
    ...body("response"),
    ...body("error"),
    requirements: route.at("x-requirements").texts(),
  };
}

function describe(sources: Sources, name: string, place: Place): Body {
  const schema = new Reader(sources, place.source, place.path);
  return {
    name,
    description: schema.at("description").text(),
    examples: schema.at("examples").absent
      ? []
      : schema
          .at("examples")
          .items()
          .map((item) => item.value ?? null),
    invalidExamples: schema.at("x-invalid-examples").absent
      ? []
      : schema.at("x-invalid-examples").items().map(readInvalidExample),
  };
}

function readInvalidExample(example: Reader): InvalidExample {
  return {
    value: example.at("value").value ?? null,
    path: example.at("path").text(),
    because: example.at("because").text(),
  };
}

function reportTwins(frames: readonly PlacedFrame[]): void {
  for (const sender of ["client", "server"] as const) {
    const seen = new Map<string, PlacedFrame>();
    for (const placed of frames.filter(({ frame }) => frame.sender === sender)) {
      const { type } = placed.frame;
      const first = seen.get(type);
      if (first === undefined) seen.set(type, placed);
      else {
        const message = `two frames of the ${sender} have the type ${type}`;
        const advice = `write another const; ${first.schema.source.name} has this one`;
        placed.schema.report(message, advice, "properties", "type", "const");
      }
    }
  }
}

/** A message that no operation names would be left out of every package without a word. */
function reportUnused(document: Reader, frames: readonly PlacedFrame[]): void {
  const names = new Set(frames.map(({ frame }) => frame.name));
  for (const [, message] of document.at("components", "messages").members()) {
    if (names.has(message.at("name").text())) continue;
    const advice = "add the operation that sends or receives it, or remove it";
    message.report("no operation sends or receives this message", advice);
  }
}

function typeName(shape: Shape): string | undefined {
  return shape.kind === "reference" ? shape.name : undefined;
}

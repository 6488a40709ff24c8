import type { Contract, Field, Frame, NamedType, ObjectShape } from "../../model.js";
import { eachType } from "../each-type.js";
import { Refusal } from "../refusal.js";
import { checkTitles } from "../taken-titles.js";
import { shapesOf } from "./shapes.js";
import type { Shapes } from "./shapes.js";
import {
  comment,
  commentOn,
  exported,
  header,
  importsOf,
  inColumns,
  stringLiteral,
} from "./text.js";

/** What the package protocol has beside the types of a contract. */
const TAKEN = (
  "Frame ServerFrame ClientFrame UnknownFrame DecodeError CloseCode ReconnectRule ErrorRule Move Machine " +
  "ClientConnection ClientStream ServerConnection Subprotocol ProtocolVersion BearerPrefix"
).split(" ");

/** messages.go: a type for each object, map and list of values of the schemas. */
export async function emitMessages(contract: Contract): Promise<string> {
  const shapes = shapesOf(contract);
  checkTitles(contract.types, TAKEN);
  const types = eachType(contract.types, (type) => {
    const first = contract.types.find(({ name }) => exported(name) === exported(type.name));
    if (first !== undefined && first !== type) {
      const what = `Go calls both ${first.name} and ${type.name} ${exported(type.name)}`;
      throw new Refusal(what, "give it another title");
    }
    requireOwnNames(contract.types, type);
    return declare(contract, shapes, type);
  }).flat();
  const body = types.join("\n");
  const parts = [header("asyncapi.yaml", "schemas/"), importsOf(body), body];
  return Promise.resolve(parts.filter((part) => part !== "").join("\n"));
}

/** Values of enums are constants beside the types, so that all of them share the names of a package. */
function requireOwnNames(types: readonly NamedType[], type: NamedType): void {
  const own = namesOf(type);
  for (const other of types.slice(0, types.indexOf(type))) {
    for (const { inGo, what } of namesOf(other)) {
      const same = own.find((each) => each.inGo === inGo);
      if (same === undefined) continue;
      const message = `Go calls both ${what} and ${same.what} ${inGo}`;
      throw new Refusal(message, "give one of the types another title");
    }
  }
}

function namesOf({ name, shape }: NamedType) {
  const values = shape.kind === "enum" ? shape.values : [];
  return [
    { inGo: exported(name), what: `the type ${name}` },
    ...values.map((value) => ({
      inGo: exported(name) + exported(value),
      what: `the value ${stringLiteral(value)} of ${name}`,
    })),
  ];
}

function declare(contract: Contract, shapes: Shapes, type: NamedType): readonly string[] {
  const name = exported(type.name);
  switch (type.shape.kind) {
    case "object": {
      const frame = contract.frames.find((each) => each.name === type.name);
      const first = frame === undefined ? aboutObject(contract, type) : aboutFrame(frame);
      const about = commentOn(`${name} is ${first}.`, type.description);
      return [
        about + declareStruct(shapes, name, type.shape),
        ...(frame === undefined ? [] : [methods(frame)]),
      ];
    }
    case "map": {
      const about = commentOn(`${name} holds values by their names.`, type.description);
      return [`${about}type ${name} ${shapes.typeOf(type.shape)}\n`];
    }
    case "enum":
      return [declareValues(name, type, type.shape.values, type.shape.open)];
    default:
      return [];
  }
}

function aboutFrame({ type, sender }: Frame): string {
  return `the frame ${type}, which the ${sender} sends`;
}

function aboutObject(contract: Contract, { name }: NamedType): string {
  const isBody = contract.bodies.some((body) => body.name === name);
  return isBody ? "a message of the HTTP interface" : "a part of messages";
}

function declareStruct(shapes: Shapes, name: string, shape: ObjectShape): string {
  const members = shapes.membersOf(shape);
  for (const field of members) requireField(field);
  requireDistinct(
    name,
    members.map((field) => exported(field.name)),
  );
  if (members.length === 0) return `type ${name} struct{}\n`;
  const lines = members.map((field) => {
    const missing = field.required ? "" : " It may be absent: then it is nil.";
    const text = comment(field.description + missing, "\t");
    return `${text}\t${exported(field.name)} ${shapes.memberType(field)}\n`;
  });
  return `type ${name} struct {\n${lines.join("\n")}}\n`;
}

/** Every struct has methods of these names. */
const METHODS = ["MarshalJSON", "UnmarshalJSON"];

function requireField({ name }: Field): void {
  const inGo = exported(name);
  if (/^[A-Z]/u.test(inGo) && !METHODS.includes(inGo)) return;
  const advice = METHODS.includes(inGo)
    ? "give it another name"
    : "begin its name with a letter from a to z";
  throw new Refusal(`the member ${name} cannot be a field of Go`, advice);
}

function requireDistinct(owner: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new Refusal(
      `${owner} has two members that Go calls ${twice}`,
      "give one of them another name",
    );
}

function methods(frame: Frame): string {
  const name = exported(frame.name);
  const marker = `${frame.sender}Frame`;
  const type = stringLiteral(frame.type);
  return [
    `// FrameType gives ${frame.type}.`,
    `func (m *${name}) FrameType() string {\n\treturn ${type}\n}`,
    "",
    `func (m *${name}) ${marker}() {}`,
    "",
  ].join("\n");
}

function declareValues(
  name: string,
  type: NamedType,
  values: readonly string[],
  open: boolean,
): string {
  const kind = open ? "a text for which this version knows values" : "one of a list of texts";
  const constants = values.map((value) => ({ constant: name + exported(value), value }));
  const nameless = constants.find(({ constant }) => constant === name);
  if (nameless !== undefined) {
    const what = `the value ${stringLiteral(nameless.value)} cannot name a constant of Go`;
    throw new Refusal(what, "let it hold a letter from a to z or a digit");
  }
  requireDistinct(
    name,
    constants.map(({ constant }) => constant),
  );
  const rows = constants.map(({ constant, value }) => [constant, name, "=", stringLiteral(value)]);
  const cases = constants.map(({ constant }) => constant).join(", ");
  const known = open ? "this version knows" : "the contract allows";
  return `${commentOn(`${name} is ${kind}.`, type.description)}type ${name} string

// Values of ${name}.
const (
${inColumns(rows)})

// Known tells whether ${known} the value.
func (v ${name}) Known() bool {
	switch v {
	case ${cases}:
		return true
	}
	return false
}
`;
}

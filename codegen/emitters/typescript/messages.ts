import type { JsonObject } from "../../contract/json.js";
import type { Contract, Field, NamedType, Sender, Shape } from "../../model.js";
import { formatTypescript } from "./format.js";
import { header } from "./header.js";
import { typeText } from "./type-text.js";

/** Name of the union of all types, which the compiler needs as a root and nobody else does. */
const ROOT = "EveryTypeOfTheContract";

/** messages.ts: one type a schema, the unions of frames, and what decoding answers. */
export async function emitMessages(contract: Contract): Promise<string> {
  const declarations = await declareTypes(contract.types);
  return formatTypescript(
    header("asyncapi.yaml", "schemas/") +
      declarations +
      declareUnion(contract, "server") +
      declareUnion(contract, "client") +
      DECODED,
  );
}

const DECODED = `
/** What decoding a frame answers: errors are data. A frame of a newer peer is \`unknown\`, never an error. */
export type Decoded<Frame> =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "unknown"; readonly type: string; readonly value: Readonly<Record<string, unknown>> }
  | Invalid;

/** What decoding an HTTP body or a query answers. */
export type DecodedBody<Body> = { readonly kind: "value"; readonly value: Body } | Invalid;

/** Why a value was refused: where, and which bound it breaks. Never holds the value itself. */
export interface Invalid {
  readonly kind: "invalid";
  /** JSON pointer to the member at fault; empty for the value itself. */
  readonly path: string;
  /** One sentence that names the member and the bound. */
  readonly problem: string;
}
`;

async function declareTypes(types: readonly NamedType[]): Promise<string> {
  const definitions = types.map((type) => [type.name, definitionOf(type)] as const);
  const bundle: JsonObject = {
    title: ROOT,
    anyOf: types.map((type) => ({ $ref: `#/definitions/${type.name}` })),
    definitions: Object.fromEntries(definitions),
  };
  const { compile } = await import("json-schema-to-typescript");
  const text = await compile(bundle, ROOT, {
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: true,
    additionalProperties: false,
  });
  return makeReadonly(spelt(dropRoot(text)), types);
}

/**
 * The title that keeps the name of a type: a letter behind a digit comes out of the compiler as a capital,
 * so that `Order2go` would become `Order2Go`. `spelt` undoes it.
 */
function titleOf(name: string): string {
  if (!/\d[a-z]/u.test(name)) return name;
  return name.replaceAll(/\d/gu, (digit) => `Qx${LETTERS.charAt(Number(digit))}xQ`);
}

function spelt(text: string): string {
  return text.replaceAll(/Qx([A-J])xQ/gu, (_, letter: string) => String(LETTERS.indexOf(letter)));
}

const LETTERS = "ABCDEFGHIJ";

function dropRoot(text: string): string {
  const root = new RegExp(`^export type ${ROOT} = .*\n`, "mu");
  if (!root.test(text))
    throw new Error("json-schema-to-typescript no longer declares its root on one line");
  return text.replace(root, "");
}

/** Every member is readonly. The compiler has no such option, so its lines are completed, and counted. */
function makeReadonly(text: string, types: readonly NamedType[]): string {
  let members = 0;
  const result = text.replaceAll(/^(?:[\w$]+|"(?:[^"\\]|\\.)*")\??: /gmu, (member) => {
    members += 1;
    return `readonly ${member}`;
  });
  const expected = types.reduce((sum, { shape }) => sum + fieldsOf(shape).length, 0);
  if (members === expected) return result;
  throw new Error(`json-schema-to-typescript declared ${members} members of ${expected}`);
}

function fieldsOf(shape: Shape): readonly Field[] {
  return shape.kind === "object" ? shape.fields : [];
}

function definitionOf(type: NamedType): JsonObject {
  const names = { title: titleOf(type.name), description: type.description };
  if (type.shape.kind !== "object") return { ...names, tsType: typeText(type.shape) };
  const properties = type.shape.fields.map((field) => [field.name, propertyOf(field)] as const);
  return {
    ...names,
    type: "object",
    required: type.shape.fields.filter((field) => field.required).map((field) => field.name),
    properties: Object.fromEntries(properties),
    // Unknown members are accepted on the wire, yet a misspelt one in code does not compile.
    additionalProperties: false,
  };
}

function propertyOf(field: Field): JsonObject {
  if (field.shape.kind === "reference") return { $ref: `#/definitions/${field.shape.name}` };
  return { description: field.description, tsType: typeText(field.shape) };
}

function declareUnion(contract: Contract, sender: Sender): string {
  const names = contract.frames.filter((frame) => frame.sender === sender).map(({ name }) => name);
  const other = sender === "server" ? "client" : "server";
  const title = sender === "server" ? "ServerFrame" : "ClientFrame";
  const comment = `/** Every frame from ${sender} to ${other}; a switch on \`type\` is exhaustive. */`;
  return `\n${comment}\nexport type ${title} = ${names.join(" | ")};\n`;
}

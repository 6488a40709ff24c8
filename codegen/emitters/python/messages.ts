import type { Contract, Field, Frame, NamedType, ObjectShape, Sender, Shape } from "../../model.js";
import { LanguageError } from "../../problem.js";
import type { TypeProblem } from "../../problem.js";
import { camelCase, pascalCase } from "../names.js";
import { Refusal } from "../refusal.js";
import { takenTitle } from "../taken-titles.js";
import {
  LINE_WIDTH,
  bracket,
  flatten,
  layOut,
  layOutModule,
  layOutUnion,
  width,
} from "./layout.js";
import type { Piece } from "./layout.js";
import { docstring, header, snakeCase, stringLiteral } from "./text.js";
import { typePiece } from "./type-text.js";

/** messages.py: one type a schema, with every bound, and the unions of frames. */
export async function emitMessages(contract: Contract): Promise<string> {
  const types = declareAll(contract);
  const unions = (["server", "client"] as const).map((sender) => union(contract, sender));
  const statements = [...types, ...unions];
  const title = docstring(`The messages of ${contract.title}, with every bound of their schemas.`);
  const top = [header("asyncapi.yaml", "schemas/"), title, "", imports(statements.join("\n"))];
  return Promise.resolve(layOutModule(top.join("\n"), statements));
}

/** A statement, the type that it declares, and the types that must stand above it. */
interface Statement {
  readonly text: string;
  readonly declares?: string;
  readonly needs: readonly string[];
}

/** What is known while types are declared one after the other. */
interface Scope {
  readonly contract: Contract;
  /** Names of the types that stand above. */
  readonly declared: ReadonlySet<string>;
  /** Every name that is taken. */
  readonly names: Set<string>;
}

/** @throws LanguageError for the types that Python cannot express. */
function declareAll(contract: Contract): readonly string[] {
  const declared = new Set<string>();
  const scope: Scope = {
    contract,
    declared,
    names: new Set(contract.types.map(({ name }) => name)),
  };
  const problems: TypeProblem[] = [];
  const texts: string[] = [];
  let waiting: readonly Statement[] = [];
  const settle = (): void => {
    const ready = waiting.filter(({ needs }) => needs.every((name) => declared.has(name)));
    if (ready.length === 0) return;
    waiting = waiting.filter((statement) => !ready.includes(statement));
    for (const { text, declares } of ready) {
      texts.push(text);
      if (declares !== undefined) declared.add(declares);
    }
    settle();
  };
  for (const type of contract.types) {
    try {
      waiting = [...waiting, ...declare(scope, type)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ type: type.name, message: error.what, advice: error.advice });
      declared.add(type.name);
    }
    settle();
  }
  for (const { declares } of waiting) {
    if (declares === undefined) continue;
    const message = "it holds itself without an object between, which has no counterpart in Python";
    problems.push({ type: declares, message, advice: "let an object hold it" });
  }
  if (problems.length > 0) throw new LanguageError(problems);
  return texts;
}

/** Names that the file may use, by the module that they come from; an empty one parts the groups. */
const IMPORTS: readonly (readonly [string, readonly string[]])[] = [
  ["collections.abc", ["Mapping"]],
  ["typing", ["Annotated", "Any", "Literal", "TypeAlias"]],
  ["", []],
  ["msgspec", ["UNSET", "Meta", "field"]],
  ["", []],
  [".message", ["Message"]],
];

/** Words of Python that could be the name of a type. */
const KEPT = ["False", "None", "True"];

/** Only what is used, as a linter wants it. */
function imports(body: string): string {
  const lines = IMPORTS.map(([module, names]) => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`, "u").test(body));
    if (module === "") return "";
    return used.length === 0 ? undefined : `from ${module} import ${used.join(", ")}`;
  });
  return lines.filter((line) => line !== undefined).join("\n");
}

/** The members of an object may hold what stands below it, or itself; any other type what stands above. */
function declare(scope: Scope, type: NamedType): readonly Statement[] {
  if (KEPT.includes(type.name) || IMPORTS.some(([, names]) => names.includes(type.name))) {
    throw new Refusal(...takenTitle(type.name));
  }
  if (type.shape.kind !== "object") {
    const text = declareAlias(type.name, type.description, typePiece(type.shape));
    return [{ text, declares: type.name, needs: references(type.shape) }];
  }
  const frame = scope.contract.frames.find(({ name }) => name === type.name);
  return declareStruct(scope, type, type.shape, frame);
}

function declareAlias(name: string, description: string, piece: Piece): string {
  return lines(assign(`${name}: TypeAlias = `, piece), docstring(description));
}

function assign(prefix: string, piece: Piece): string {
  if (typeof piece === "string") return prefix + piece;
  return layOut({ ...piece, open: prefix + piece.open });
}

function declareStruct(
  scope: Scope,
  type: NamedType,
  shape: ObjectShape,
  frame: Frame | undefined,
): readonly Statement[] {
  if (shape.minProperties !== undefined || shape.maxProperties !== undefined) {
    const advice = "leave minProperties and maxProperties to objects without properties";
    throw new Refusal("it counts its members, which a struct of Python cannot", advice);
  }
  const options = ["Message", "frozen=True", "kw_only=True"];
  if (frame !== undefined) options.push(`tag=${stringLiteral(frame.type)}`);
  if (!shape.open) options.push("forbid_unknown_fields=True");
  const fields = shape.fields.filter(({ name }) => frame === undefined || name !== "type");
  checkAttributes(fields);
  const members = fields.map((field) => declareField(scope, type.name, field));
  const doc = docstring(type.description, INDENT.length);
  const body = members.map(({ text }) => text).join("\n");
  const empty = doc === "" && body === "" ? `${INDENT}pass` : "";
  const top = layOut(bracket(`class ${type.name}(`, options, "):"));
  const parts = [doc, body].filter((part) => part !== "").join("\n\n");
  const aliases = members.flatMap(({ alias }) => (alias === undefined ? [] : [alias]));
  return [...aliases, { text: lines(top, parts, empty), declares: type.name, needs: [] }];
}

/** Each member needs an attribute of its own. */
function checkAttributes(fields: readonly Field[]): void {
  const members = new Map<string, string>();
  for (const { name } of fields) {
    const attribute = snakeCase(name);
    if (!/^[a-z]/u.test(attribute)) {
      const advice = "begin its name with a letter from a to z";
      throw new Refusal(`the member ${name} cannot be an attribute of Python`, advice);
    }
    if (/["\\\p{Cc}]/u.test(name)) {
      const advice = "leave out quotes, backslashes and control characters";
      throw new Refusal(`the member ${name} cannot be named in Python`, advice);
    }
    const other = members.get(attribute);
    if (other !== undefined) {
      const message = `the members ${other} and ${name} are both the attribute ${attribute}`;
      throw new Refusal(message, "give one of them another name");
    }
    members.set(attribute, name);
  }
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

interface Member {
  readonly text: string;
  /** The declaration of its type, where that is too long for the line of the member. */
  readonly alias?: Statement;
}

/** An absent member is None, or UNSET where null is a value of its own. */
function declareField(scope: Scope, owner: string, field: Field): Member {
  const { contract, declared } = scope;
  const { name, required, description, shape } = field;
  const attribute = snakeCase(name);
  const nullable = isAny(contract, shape);
  const absent = nullable ? "UNSET" : "None";
  const settings = required ? [] : [`default=${absent}`];
  // The struct's own renaming makes camelCase; a member of another style is named.
  const renamed = camelCase(attribute) !== name;
  if (renamed) settings.push(`name=${stringLiteral(name)}`);
  const optional = required || nullable ? "" : " | None";
  const ending = renamed ? ` = field(${settings.join(", ")})` : required ? "" : ` = ${absent}`;
  const doc = shape.kind === "reference" ? "" : docstring(description, INDENT.length);
  const plain = typePiece(shape);
  const needs = references(shape);
  // What stands below is named in quotes, which hold no others.
  const quote = needs.every((each) => declared.has(each)) ? "" : '"';
  const withDoc = (type: string) =>
    lines(`${INDENT}${attribute}: ${quote}${type}${optional}${quote}${ending}`, doc);
  const text = withDoc(flatten(plain));
  const fits = width(text.split("\n")[0] ?? "") <= LINE_WIDTH;
  if (fits && !(quote !== "" && flatten(plain).includes(quote))) return { text };
  const alias = freeName(scope, `${owner}${pascalCase(name)}`);
  const declaration = assign(`${alias}: TypeAlias = `, plain);
  return { text: withDoc(alias), alias: { text: declaration, needs } };
}

/** A name that nothing else in the file has; two places may come to the same words. */
function freeName({ names }: Scope, wanted: string): string {
  let name = wanted;
  for (let count = 2; names.has(name); count += 1) name = `${wanted}${count}`;
  names.add(name);
  return name;
}

const INDENT = "    ";

function isAny(contract: Contract, shape: Shape): boolean {
  if (shape.kind !== "reference") return shape.kind === "any";
  const type = contract.types.find(({ name }) => name === shape.name);
  return type !== undefined && isAny(contract, type.shape);
}

function references(shape: Shape): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("kind" in value && value.kind === "reference" && "name" in value)
      found.push(String(value.name));
    Object.values(value).forEach(visit);
  };
  visit(shape);
  return found;
}

function union(contract: Contract, sender: Sender): string {
  const names = contract.frames.filter((frame) => frame.sender === sender).map(({ name }) => name);
  const [title, other] =
    sender === "server" ? ["ServerFrame", "client"] : ["ClientFrame", "server"];
  const doc = docstring(
    `Every frame from ${sender} to ${other}; a match on its class is exhaustive.`,
  );
  return lines(layOutUnion(`${title}: TypeAlias = `, names), doc);
}

import type { Contract, Field, NamedType, ObjectShape, Shape } from "../../model.js";
import { shapesOf } from "./shapes.js";
import type { Shapes } from "./shapes.js";
import { exported, header, importsOf, stringLiteral } from "./text.js";

/** encode.go: writes every type as compact JSON. */
export async function emitEncode(contract: Contract): Promise<string> {
  const shapes = shapesOf(contract);
  const frames = new Set(contract.frames.map(({ name }) => name));
  const functions = contract.types.flatMap((type) =>
    writeType(shapes, type, frames.has(type.name)),
  );
  const body = functions.join("\n");
  const parts = [header("asyncapi.yaml", "schemas/"), importsOf(body), body];
  return Promise.resolve(parts.join("\n"));
}

function writeType(shapes: Shapes, type: NamedType, isFrame: boolean): readonly string[] {
  const name = exported(type.name);
  if (type.shape.kind === "map") {
    const write = statements(shapes, type.shape, "m", "\t", 0);
    return [`func write${name}(w *wire.Writer, m ${name}) {\n${write}}\n`];
  }
  if (type.shape.kind !== "object") return [];
  const marshal = `// MarshalJSON writes compact JSON. It checks no bounds.
func (m ${name}) MarshalJSON() ([]byte, error) {
	return encode(&m, write${name})
}
`;
  const frame = `func (m *${name}) writeFrame(w *wire.Writer) {\n\twrite${name}(w, m)\n}\n`;
  return [marshal, ...(isFrame ? [frame] : []), writeObject(shapes, name, type.shape)];
}

function writeObject(shapes: Shapes, name: string, shape: ObjectShape): string {
  const kept = new Set(shapes.membersOf(shape));
  const members = shape.fields.map((field) => writeMember(shapes, field, kept.has(field)));
  const parameter = kept.size === 0 ? "_" : "m";
  return `func write${name}(w *wire.Writer, ${parameter} *${name}) {\n\tw.Open('{')\n${members.join("")}\tw.Close('}')\n}\n`;
}

function writeMember(shapes: Shapes, field: Field, kept: boolean): string {
  const { name, required, shape } = field;
  const member = `m.${exported(name)}`;
  const named = (indent: string) => `${indent}w.Name(${stringLiteral(name)})\n`;
  if (!kept) return named("\t") + writeLiteral(shapes.resolve(shape));
  if (required) return named("\t") + statements(shapes, shape, member, "\t", 0);
  const isStruct = shapes.resolve(shape).kind === "object";
  const value = shapes.isPointer(field) && !isStruct ? `*${member}` : member;
  const write = isStruct
    ? `\t\twrite${shapes.typeOf(shape)}(w, ${member})\n`
    : statements(shapes, shape, value, "\t\t", 0);
  return `\tif ${member} != nil {\n${named("\t\t")}${write}\t}\n`;
}

function writeLiteral(shape: Shape): string {
  if (shape.kind !== "literal") throw new Error("only a literal is no member");
  const { value } = shape;
  if (typeof value === "string") return `\tw.Text(${stringLiteral(value)})\n`;
  return typeof value === "boolean" ? `\tw.Bool(${value})\n` : `\tw.Integer(${value})\n`;
}

/** Statements that write a value; `depth` tells the loops apart. */
function statements(
  shapes: Shapes,
  shape: Shape,
  value: string,
  indent: string,
  depth: number,
): string {
  const line = (text: string) => `${indent}${text}\n`;
  const resolved = shapes.resolve(shape);
  switch (resolved.kind) {
    case "any":
      return line(`w.Raw(${value})`);
    case "boolean":
      return line(`w.Bool(${value})`);
    case "integer":
      return line(`w.Integer(${value})`);
    case "number":
      return line(`w.Number(${value})`);
    case "string":
      return line(`w.Text(${value})`);
    case "enum":
      return line(`w.Text(${shapes.isNamed(shape) ? `string(${value})` : value})`);
    case "literal":
      if (typeof resolved.value === "string") return line(`w.Text(${value})`);
      return line(typeof resolved.value === "boolean" ? `w.Bool(${value})` : `w.Integer(${value})`);
    case "array": {
      const index = "ijklmn"[depth] ?? "i";
      const inner = `${indent}\t`;
      const item = statements(shapes, resolved.items, `${value}[${index}]`, inner, depth + 1);
      return [
        line("w.Open('[')"),
        line(`for ${index} := range ${value} {`),
        `${inner}w.Item()\n`,
        item,
        line("}"),
        line("w.Close(']')"),
      ].join("");
    }
    case "map": {
      if (shape.kind === "reference") return line(`write${exported(shape.name)}(w, ${value})`);
      const type = shapes.typeOf(resolved.values);
      const inner = statements(shapes, resolved.values, "value", `${indent}\t`, depth + 1);
      return [
        line(`wire.WriteMap(w, ${value}, func(w *wire.Writer, value ${type}) {`),
        inner,
        line("})"),
      ].join("");
    }
    case "object":
      return line(`write${shapes.typeOf(shape)}(w, &${value})`);
    case "reference":
      throw new Error("a reference was not resolved");
  }
}

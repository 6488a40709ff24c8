import type { Contract, Field, NamedType, ObjectShape, Sender, Shape } from "../../model.js";
import { eachType } from "../each-type.js";
import { portableInner } from "../portable-pattern.js";
import { Refusal } from "../refusal.js";
import { shapesOf } from "./shapes.js";
import type { Shapes } from "./shapes.js";
import { comment, exported, header, importsOf, stringLiteral, unexported } from "./text.js";

/** decode.go: reads every type with every bound of its schema. */
export async function emitDecode(contract: Contract): Promise<string> {
  const shapes = shapesOf(contract);
  const reader = new Readers(shapes);
  const functions = reader.functions(contract.types);
  const parts = [
    header("asyncapi.yaml", "schemas/"),
    "", // the imports, which depend on the rest
    ...(["server", "client"] as const).map((sender) => decodeFrame(contract, sender)),
    ...decodedApart(contract).map(({ name }) => decodeType(shapes, name)),
    ...contract.types.filter(({ shape }) => shape.kind === "object").map(unmarshal),
    reader.patterns(),
    ...functions,
  ];
  const body = parts.join("\n");
  parts[1] = importsOf(body);
  return Promise.resolve(parts.filter((part, at) => at === 0 || part !== "").join("\n"));
}

function decodeFrame({ frames }: Contract, sender: Sender): string {
  const union = `${exported(sender)}Frame`;
  const cases = frames
    .filter((frame) => frame.sender === sender)
    .map(({ name, type }) => {
      const read = `read${exported(name)}`;
      return `\tcase ${stringLiteral(type)}:\n\t\tframe = wire.Some(${read}(&r, v))\n`;
    });
  const about = comment(
    `Decode${union} decodes a frame that the ${sender} sent. One of a newer peer is an *UnknownFrame; the error is a *DecodeError.`,
  );
  return `${about}func Decode${union}(data []byte) (${union}, error) {
	v, name, err := openFrame(data)
	if err != nil {
		return nil, err
	}
	var r wire.Reader
	var frame ${union}
	switch name {
${cases.join("")}	default:
		return unknownFrame(name, v), nil
	}
	if fault := r.Fault(); fault != nil {
		return nil, refusal(fault)
	}
	return frame, nil
}
`;
}

/** What is decoded by itself: HTTP bodies, and the payloads of an application's events. */
function decodedApart({ bodies, application }: Contract): readonly { readonly name: string }[] {
  const payloads = new Set((application?.events ?? []).map(({ payload }) => payload));
  return [...bodies, ...[...payloads].sort().map((name) => ({ name }))];
}

function decodeType(shapes: Shapes, original: string): string {
  const name = exported(original);
  const type = shapes.typeOf({ kind: "reference", name: original });
  return `// Decode${name} decodes its JSON; the error is a *DecodeError.
func Decode${name}(data []byte) (*${type}, error) {
\treturn decode(data, read${name})
}
`;
}

function unmarshal({ name: original }: NamedType): string {
  const name = exported(original);
  return `// UnmarshalJSON decodes with every bound; the error is a *DecodeError.
func (m *${name}) UnmarshalJSON(data []byte) error {
	return decodeInto(data, m, read${name})
}
`;
}

/** Writes the functions that read, and gathers the patterns that they need. */
class Readers {
  readonly #shapes: Shapes;
  /** Names of variables by pattern. */
  readonly #patterns = new Map<string, string>();
  /** Functions for items and values that have no type of their own. */
  readonly #functions: string[] = [];
  /** Names of functions and variables that are taken. */
  readonly #names = new Set<string>();

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** The variables of all patterns that were met. */
  patterns(): string {
    const rows = [...this.#patterns].map(
      ([pattern, name]) => `var ${name} = wire.NewPattern(${stringLiteral(pattern)})\n`,
    );
    return rows.join("\n");
  }

  /** The functions that read the types. */
  functions(types: readonly NamedType[]): readonly string[] {
    for (const { name } of types) this.#names.add(`read${exported(name)}`);
    const named = eachType(types, (type) => this.#readType(type));
    return [...named, ...this.#functions];
  }

  #readType({ name: original, shape }: NamedType): string {
    const name = exported(original);
    const reference = { kind: "reference", name: original } as const;
    const type = this.#shapes.typeOf(reference);
    if (shape.kind === "object") {
      return `func read${name}(r *wire.Reader, v wire.Value) (m ${type}) {\n${this.#readMembers(original, shape)}}\n`;
    }
    const expression = this.#read(shape, original);
    const converted =
      this.#shapes.isNamed(reference) && shape.kind === "enum"
        ? `${type}(${expression})`
        : expression;
    return reading(`read${name}`, type, converted);
  }

  #readMembers(owner: string, shape: ObjectShape): string {
    const required = shape.fields.filter((field) => field.required).map(({ name }) => name);
    const known = shape.fields.map(({ name }) => name);
    const kept = new Set(this.#shapes.membersOf(shape));
    const { minProperties, maxProperties } = shape;
    const counted = minProperties !== undefined || maxProperties !== undefined;
    const used = shape.fields.length > 0 || counted || !shape.open;
    return [
      `\t${used ? "members := " : ""}r.Object(${["v", ...required.map(stringLiteral)].join(", ")})\n`,
      ...(counted ? [`\tr.Counted(members, ${minProperties ?? 0}, ${most(maxProperties)})\n`] : []),
      ...(shape.open
        ? []
        : [`\tr.Closed(${["members", ...known.map(stringLiteral)].join(", ")})\n`]),
      ...shape.fields.map((field) => this.#readMember(owner, field, kept.has(field))),
      "\treturn m\n",
    ].join("");
  }

  #readMember(owner: string, field: Field, kept: boolean): string {
    const read = this.#read(field.shape, `${owner}_${field.name}`);
    const value = this.#shapes.isPointer(field) ? `wire.Some(${read})` : read;
    const statement = kept ? `m.${exported(field.name)} = ${value}` : read;
    return [
      `\tif v, ok := r.Enter(members, ${stringLiteral(field.name)}); ok {`,
      `\t\t${statement}`,
      "\t\tr.Leave()",
      "\t}",
      "",
    ].join("\n");
  }

  /** An expression that reads the value `v`. */
  #read(shape: Shape, hint: string): string {
    switch (shape.kind) {
      case "any":
        return "r.Any(v)";
      case "literal":
        if (typeof shape.value === "string") return `r.Literal(v, ${stringLiteral(shape.value)})`;
        if (typeof shape.value === "boolean") return `r.LiteralBool(v, ${shape.value})`;
        return `r.Integer(v, ${shape.value}, ${shape.value})`;
      case "boolean":
        return "r.Bool(v)";
      case "integer":
        return `r.Integer(v, ${shape.minimum ?? Number.MIN_SAFE_INTEGER}, ${shape.maximum ?? Number.MAX_SAFE_INTEGER})`;
      case "number":
        return `r.Number(v, ${shape.minimum ?? "-math.MaxFloat64"}, ${shape.maximum ?? "math.MaxFloat64"})`;
      case "string":
        return this.#text(shape, hint);
      case "enum":
        // FRAME-12: any other value within the bounds is kept where the enum is open.
        if (shape.open) return this.#text(shape, hint);
        return `r.OneOf(${["v", ...shape.values.map(stringLiteral)].join(", ")})`;
      case "array":
        if (shape.uniqueItems === true)
          throw new Refusal("uniqueItems has no counterpart in Go yet", "check it in the handler");
        return `wire.List(r, v, ${shape.minItems ?? 0}, ${most(shape.maxItems)}, ${this.#function(shape.items, `${hint}_item`)})`;
      case "map": {
        const name =
          shape.names === undefined ? "nil" : this.#function(shape.names, `${hint}_name`);
        const value = this.#function(shape.values, `${hint}_value`);
        return `wire.Map(r, v, ${shape.minProperties ?? 0}, ${most(shape.maxProperties)}, ${name}, ${value})`;
      }
      case "reference":
        return `read${exported(shape.name)}(r, v)`;
      case "object":
        throw new Error("an object without a title has no name in Go");
    }
  }

  /** A function that reads a value. */
  #function(shape: Shape, hint: string): string {
    if (shape.kind === "reference") return `read${exported(shape.name)}`;
    const name = this.#free(`read${exported(hint)}`);
    const type = this.#shapes.typeOf(shape);
    this.#functions.push(reading(name, type, this.#read(shape, hint)));
    return name;
  }

  /** A name that nothing else has; two places may come to the same words. */
  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count += 1) name = `${wanted}${count}`;
    this.#names.add(name);
    return name;
  }

  #text(
    { minLength, maxLength, pattern }: { minLength?: number; maxLength?: number; pattern?: string },
    hint: string,
  ): string {
    const variable = pattern === undefined ? "nil" : this.#pattern(pattern, hint);
    return `r.Text(v, ${minLength ?? 0}, ${most(maxLength)}, ${variable})`;
  }

  #pattern(pattern: string, hint: string): string {
    const present = this.#patterns.get(pattern);
    if (present !== undefined) return present;
    const inner = portableInner(pattern, "Go");
    for (const [, bound = ""] of inner.matchAll(/\{([0-9,]+)\}/gu)) {
      if (bound.split(",").some((count) => Number(count) > 1000)) {
        throw new Refusal(
          `the pattern ${pattern} repeats more than 1000 times, which Go refuses`,
          "use maxLength",
        );
      }
    }
    const name = this.#free(`${unexported(hint)}Pattern`);
    this.#patterns.set(pattern, name);
    return name;
  }
}

function reading(name: string, type: string, expression: string): string {
  return `func ${name}(r *wire.Reader, v wire.Value) ${type} {\n\treturn ${expression}\n}\n`;
}

function most(bound: number | undefined): string {
  return bound === undefined ? "math.MaxInt" : String(bound);
}

import type { Json, JsonObject } from "../contract/json.js";
import type { NamedType, Shape } from "../model.js";

/** One draft-07 bundle of named types, for tools that read JSON Schema; references are `#/definitions/<Name>`. */
export function schemaBundle(types: readonly NamedType[]): JsonObject {
  const definitions = types.map((type) => [type.name, schemaOf(type.shape)] as const);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "latido",
    definitions: Object.fromEntries(definitions),
  };
}

/** The draft-07 schema of a shape: accepts exactly the values that the contract's own schema accepts. */
export function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case "any":
      return {};
    case "literal":
      return { const: shape.value };
    case "boolean":
      return { type: "boolean" };
    case "integer":
    case "number": {
      const { kind, ...bounds } = shape;
      return { type: kind, ...bounds };
    }
    case "string": {
      const { kind, ...bounds } = shape;
      return { type: kind, ...bounds };
    }
    case "enum": {
      if (!shape.open) return { type: "string", enum: shape.values };
      return { type: "string", ...pick(shape, "minLength", "maxLength", "pattern") };
    }
    case "array": {
      const { kind, items, ...bounds } = shape;
      return { type: kind, items: schemaOf(items), ...bounds };
    }
    case "map": {
      const bounds = pick(shape, "minProperties", "maxProperties");
      const names = shape.names === undefined ? {} : { propertyNames: schemaOf(shape.names) };
      return { type: "object", ...bounds, ...names, additionalProperties: schemaOf(shape.values) };
    }
    case "object": {
      const { kind, fields, open, ...bounds } = shape;
      const properties = fields.map((field) => [field.name, schemaOf(field.shape)] as const);
      return {
        type: kind,
        required: fields.filter((field) => field.required).map((field) => field.name),
        properties: Object.fromEntries(properties),
        additionalProperties: open,
        ...bounds,
      };
    }
    case "reference":
      return { $ref: `#/definitions/${shape.name}` };
  }
}

function pick(shape: object, ...names: readonly string[]): JsonObject {
  const members = Object.entries(shape) as readonly (readonly [string, Json])[];
  return Object.fromEntries(members.filter(([name]) => names.includes(name)));
}

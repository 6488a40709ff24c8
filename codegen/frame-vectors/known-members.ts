import type { Json } from "../contract/json.js";
import { isArray, isObject } from "../contract/json.js";
import type { Contract, Shape } from "../model.js";

/** A valid value of a type with the members that its schema names, and no others. */
export function knownMembers(contract: Contract, name: string, value: Json): Json {
  const types = new Map(contract.types.map((type) => [type.name, type.shape] as const));
  return known(types, { kind: "reference", name }, value);
}

function known(types: ReadonlyMap<string, Shape>, shape: Shape, value: Json): Json {
  switch (shape.kind) {
    case "reference": {
      const named = types.get(shape.name);
      if (named === undefined) throw new Error(`unknown type ${shape.name}`);
      return known(types, named, value);
    }
    case "array":
      return isArray(value) ? value.map((item) => known(types, shape.items, item)) : value;
    case "map":
      return isObject(value)
        ? fromMembers(
            Object.entries(value).map(([name, item]) => [name, known(types, shape.values, item)]),
          )
        : value;
    case "object":
      if (!isObject(value)) return value;
      return fromMembers(
        shape.fields
          .filter(({ name }) => Object.hasOwn(value, name))
          .map(({ name, shape: inner }) => [name, known(types, inner, value[name] ?? null)]),
      );
    default:
      return Object.is(value, -0) ? 0 : value;
  }
}

/** Unlike a plain object literal, safe for a member called __proto__. */
function fromMembers(members: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(members);
}

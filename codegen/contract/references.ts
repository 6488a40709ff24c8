import { dirname, resolve } from "node:path";

import { formatPointer, isObject, parsePointer, valueAt } from "./json.js";
import type { JsonPath } from "./json.js";
import { placeOf } from "./source.js";
import type { Place, Sources } from "./source.js";

/** The place that a `$ref` names, or undefined after reporting why there is none. */
export function followReference(sources: Sources, from: Place): Place | undefined {
  const reference = isObject(from.value) ? from.value.$ref : undefined;
  const at = [...from.path, "$ref"];
  if (typeof reference !== "string") {
    sources.report(from.source, at, "$ref is not a string", "write $ref as file#/pointer");
    return undefined;
  }
  const [file = "", pointer = ""] = reference.split("#");
  const target = file === "" ? from.source.file : resolve(dirname(from.source.file), file);
  const advice = "name a file of the contract and a definition in it";
  if (!sources.exists(target)) {
    sources.report(from.source, at, `$ref names no file: ${reference}`, advice);
    return undefined;
  }
  const source = sources.read(target);
  if (source === undefined) return undefined;
  const place = placeOf(source, parsePointer(pointer));
  if (place === undefined) {
    const near = neighbours(source.value, parsePointer(pointer));
    const instead = near.length === 0 ? advice : `write one of ${near.join(", ")}`;
    sources.report(from.source, at, `$ref leads nowhere: ${reference}`, instead);
  }
  return place;
}

/** The place that a chain of `$ref`s leads to, or undefined after reporting why there is none. */
export function resolveReferences(sources: Sources, start: Place): Place | undefined {
  let place: Place | undefined = start;
  for (let hops = 0; place !== undefined && hops < 16; hops += 1) {
    if (!isObject(place.value) || place.value.$ref === undefined) return place;
    place = followReference(sources, place);
  }
  if (place !== undefined) {
    const advice = "let one of them hold what the others refer to";
    sources.report(start.source, [...start.path, "$ref"], "$ref leads back to itself", advice);
  }
  return undefined;
}

function neighbours(root: Place["value"], path: JsonPath): readonly string[] {
  const parent = path.slice(0, -1);
  const value = valueAt(root, parent);
  if (!isObject(value)) return [];
  return Object.keys(value).map((name) => `#${formatPointer([...parent, name])}`);
}

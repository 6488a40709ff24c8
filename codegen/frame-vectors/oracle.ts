import { Ajv } from "ajv";
import type { Json } from "../contract/json.js";
import { isObject } from "../contract/json.js";
import type { Contract, Sender } from "../model.js";
import type { Tree } from "../tree.js";

/** What the schemas say of a frame. */
export type Verdict =
  | { readonly verdict: "valid"; readonly name: string; readonly value: Json }
  | { readonly verdict: "unknown" }
  | { readonly verdict: "invalid"; readonly path: string };

export type Oracle = (from: Sender, text: string) => Verdict;

/** Judges texts by plain ajv on the schemas as they are written. */
export function frameOracle(contract: Contract, inputs: Tree): Oracle {
  const ajv = new Ajv({ strict: false });
  const titles = new Map<string, string>();
  for (const [file, text] of inputs) {
    if (!file.endsWith(".json")) continue;
    const schema = JSON.parse(text) as { readonly title: string };
    const uri = `file:///${file}`;
    ajv.addSchema(schema, uri);
    titles.set(schema.title, uri);
  }
  return (from, text) => {
    const value = parsed(text);
    if (!isObject(value)) return { verdict: "invalid", path: "" };
    if (!Object.hasOwn(value, "type")) return { verdict: "invalid", path: "" };
    if (typeof value.type !== "string") return { verdict: "invalid", path: "/type" };
    const frame = contract.frames.find(
      ({ sender, type }) => sender === from && type === value.type,
    );
    if (frame === undefined) return { verdict: "unknown" };
    const validate = ajv.getSchema(titles.get(frame.name) ?? "");
    if (validate === undefined) throw new Error(`no schema is called ${frame.name}`);
    if (validate(value) === true) return { verdict: "valid", name: frame.name, value };
    return { verdict: "invalid", path: validate.errors?.[0]?.instancePath ?? "" };
  };
}

/** Undefined for what is no JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
